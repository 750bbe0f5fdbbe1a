using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Viewing.Explaining;

/// <summary>What a rule makes of a series, in a sentence.</summary>
internal static class ExplainWords
{
    /// <summary>How the rule stands after the newest window.</summary>
    public static SeriesStanding StandingOf(IReadOnlyList<JudgedWindow> windows) =>
        windows.Count == 0 ? SeriesStanding.Fine : windows[^1].Standing;

    /// <summary>Why it fires, or why not.</summary>
    public static string Of(Rule rule, IReadOnlyList<JudgedWindow> windows)
    {
        if (windows.Count == 0)
            return "No window has been read.";
        var newest = windows[^1];
        var until = $"the window that ended {Timestamps.Format(newest.Window.End)}";
        switch (newest.Standing)
        {
            case SeriesStanding.Critical or SeriesStanding.Warning:
                var since = windows.Reverse().TakeWhile(window => window.Standing >= SeriesStanding.Warning).Last();
                return $"It fires ({newest.Standing.ToString().ToLowerInvariant()}) since {Timestamps.Format(since.Window.End)}: " +
                    $"{until} is {ReasonWords.Of(newest.Reason)}.";
            case SeriesStanding.Pending:
                return $"It does not fire yet: {until} is {ReasonWords.Of(newest.Reason)}; the rule asks for {rule.For}.";
            default:
                return newest.SaysNothing
                    ? $"It does not fire: {until} has {ReasonWords.Of(newest.Reason)}{Before(windows)}."
                    : $"It does not fire: {until} is {ReasonWords.Of(newest.Reason)}.";
        }
    }

    /// <summary>What the newest window says that says anything: the newest ones are often empty or thin.</summary>
    private static string Before(IReadOnlyList<JudgedWindow> windows)
    {
        var silent = windows.Reverse().TakeWhile(window => window.SaysNothing).Count();
        if (silent == windows.Count)
            return silent == 1 ? "" : $", as every one of the {silent} windows that are kept";
        var last = windows[windows.Count - 1 - silent];
        return $"; the last one that counts ended {Timestamps.Format(last.Window.End)} and is {ReasonWords.Of(last.Reason)}";
    }
}

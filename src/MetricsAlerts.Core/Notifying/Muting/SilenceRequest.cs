using MetricsAlerts.Formats;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>What a silence must be to be accepted, whoever asks for it.</summary>
public static class SilenceRequest
{
    private const int MaxLabels = 20;
    private const int MaxValue = 500;
    private const int MaxCreatedBy = 200;
    private const int MaxComment = 1000;

    /// <summary>Reads what a silence matches from labels and globs, as people write them.</summary>
    /// <exception cref="SilenceRefusedException">A label is given twice, or has no value.</exception>
    public static AlertMatcher ReadMatch(IEnumerable<(string Label, string? Glob)> labels)
    {
        var globs = new Dictionary<string, Glob>(StringComparer.Ordinal);
        foreach (var (label, glob) in labels)
        {
            if (string.IsNullOrEmpty(glob))
                throw new SilenceRefusedException($"match: the label '{label}' has no value; expected a glob such as accuracy-*.");
            if (!globs.TryAdd(label, AlertMatcher.GlobOf(label, glob)))
                throw new SilenceRefusedException(
                    $"match: the label '{label}' is given twice, and all that is given must match; add one silence for each.");
        }

        return new(globs);
    }

    internal static void CheckMatch(AlertMatcher match, IEnumerable<Rule> rules)
    {
        if (match.IsEmpty)
            throw new SilenceRefusedException("A silence must say which alerts it is for, such as rule=NAME.");
        if (match.FindMistake(rules.SelectMany(rule => rule.Labels.Keys)) is { } mistake)
            throw new SilenceRefusedException($"match: {mistake}");
        if (match.IsEverything)
            throw new SilenceRefusedException(
                $"match: '{match}' means every alert; say which alerts the silence is for, such as rule=NAME.");
    }

    internal static void CheckTimes(DateTimeOffset start, TimeSpan duration, DateTimeOffset now)
    {
        if (duration <= TimeSpan.Zero || now - start >= duration)
            throw new SilenceRefusedException("A silence must end after it starts, and in the future.");
        var longest = Durations.Format(SilenceStore.MaxDuration);
        if (duration > SilenceStore.MaxDuration)
            throw new SilenceRefusedException($"A silence of {Durations.Format(duration)} is too long; at most {longest} are allowed.");
        if (start - now > SilenceStore.MaxDuration)
            throw new SilenceRefusedException($"A start at {Timestamps.Format(start)} is too far ahead; at most {longest} are allowed.");
    }

    internal static void CheckTexts(AlertMatcher match, string createdBy, string comment)
    {
        if (match.Globs.Count > MaxLabels)
            throw new SilenceRefusedException($"match: found {match.Globs.Count} labels; at most {MaxLabels} are allowed.");
        foreach (var (label, glob) in match.Globs)
            Check($"match: {label}", glob.Text, MaxValue);
        Check("createdBy", createdBy, MaxCreatedBy);
        Check("comment", comment, MaxComment);
    }

    private static void Check(string what, string text, int limit)
    {
        if (text.Length > limit)
            throw new SilenceRefusedException($"{what}: found {text.Length} characters; at most {limit} are allowed.");
    }
}

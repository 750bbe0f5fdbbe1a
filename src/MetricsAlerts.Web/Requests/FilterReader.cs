using MetricsAlerts.Formats;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Web.Requests;

/// <summary>Reads filters from queries.</summary>
internal static class FilterReader
{
    private const string All = "all";

    private static readonly TimeSpan DefaultHistory = TimeSpan.FromDays(7);

    /// <summary>Which alerts are meant.</summary>
    /// <exception cref="RequestRefusedException">A value cannot be read.</exception>
    public static AlertFilter Read(AlertQuery query, DateTimeOffset now) => new()
    {
        Statuses = StatusesOf(query.Status),
        Deployment = GlobOf("deployment", query.Deployment),
        Rule = GlobOf("rule", query.Rule),
        Channel = GlobOf("channel", query.Channel),
        Since = query.Since is null ? null : TimeOf("since", query.Since, now),
    };

    /// <summary>Which part of the history is meant, and until when.</summary>
    /// <exception cref="RequestRefusedException">A value cannot be read, or the part is empty or too long.</exception>
    public static (AlertFilter Filter, DateTimeOffset Until) Read(HistoryQuery query, TimeSpan longest, DateTimeOffset now)
    {
        // What happens at this very moment has happened.
        var until = query.Until is null ? now + TimeSpan.FromTicks(1) : TimeOf("until", query.Until, now);
        var since = query.Since is null ? until - DefaultHistory : TimeOf("since", query.Since, now);
        if (since > until)
            throw new RequestRefusedException(
                $"since: found {Timestamps.Format(since)}, which is after until, {Timestamps.Format(until)}; expected a time before it.");
        if (until - since > longest)
            throw new RequestRefusedException(
                $"since: from {Timestamps.Format(since)} to {Timestamps.Format(until)} is too long; " +
                $"at most {Durations.Format(longest)} are kept.");
        var filter = new AlertFilter
        {
            Deployment = GlobOf("deployment", query.Deployment),
            Rule = GlobOf("rule", query.Rule),
            Channel = GlobOf("channel", query.Channel),
            Since = since,
        };
        return (filter, until);
    }

    private static IReadOnlyList<AlertStatus> StatusesOf(string? text)
    {
        if (text is null)
            return [AlertStatus.Open];
        if (text == All)
            return Enum.GetValues<AlertStatus>();
        return EnumNames.TryParse<AlertStatus>(text, out var status)
            ? [status]
            : throw new RequestRefusedException($"status: found '{text}'; expected open, pending, closed or {All}.");
    }

    private static Glob? GlobOf(string name, string? text) => text switch
    {
        null => null,
        "" => throw new RequestRefusedException($"{name}: found nothing; expected a name, or a glob such as credit-*."),
        _ => new(text),
    };

    /// <summary>A time, or so long ago.</summary>
    /// <exception cref="RequestRefusedException">It cannot be read.</exception>
    public static DateTimeOffset TimeOf(string name, string text, DateTimeOffset now) =>
        AlertFilter.TryReadTime(text, now, out var time)
            ? time
            : throw new RequestRefusedException(
                $"{name}: found '{text}'; expected a time such as 2026-01-05T00:00:00Z, or {Durations.Allowed}.");
}

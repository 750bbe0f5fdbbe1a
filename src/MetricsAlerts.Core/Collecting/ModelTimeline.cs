using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>
/// Which model answered when: statistics are of one model each, so what came before a replacement has to be asked of the model that was
/// replaced.
/// </summary>
/// <param name="Periods">Oldest first; none when the source names no model.</param>
public sealed record ModelTimeline(IReadOnlyList<ModelPeriod> Periods)
{
    /// <summary>Models that ended longer ago are forgotten: no window is that old.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(60);

    /// <summary>Nothing is known.</summary>
    public static ModelTimeline Empty { get; } = new([]);

    /// <summary>
    /// The models that may have answered within <c>[start, end)</c>, oldest first: one null when no model is known at all, so that the
    /// source takes its current one; none when the model of that time is not known, be it of a part of it: half a window would tell of
    /// half the requests.
    /// </summary>
    public IReadOnlyList<string?> Of(DateTimeOffset start, DateTimeOffset end) =>
        Periods.Count == 0 ? [null]
            : start < Periods[0].From ? []
            : [.. Periods.Where(period => period.Overlaps(start, end)).Select(period => period.ModelId).Reverse().Distinct().Reverse()];

    /// <summary>The model that answers now; null when none is known.</summary>
    public string? Current => Periods is [.., var last] ? last.ModelId : null;

    /// <summary>Whether the model of a time is known, or no model is.</summary>
    public bool Knows(DateTimeOffset start, DateTimeOffset end) => Of(start, end).Count > 0;

    /// <summary>The timeline with the model that the deployment has now.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="lastSeen">When the deployment was last read: a model without a start of its own can have come right after it.</param>
    /// <param name="now">The time.</param>
    public ModelTimeline With(Deployment deployment, DateTimeOffset lastSeen, DateTimeOffset now)
    {
        if (deployment.ModelId is not { } current)
            return this;
        var since = deployment.ModelSince is { } at && at <= now ? at : (DateTimeOffset?)null;
        if (Periods is not [.., var last])
            return new([new(current, since, null)]);
        if (last.ModelId == current && !(since > lastSeen && since != last.From))
            return this;
        if (last.ModelId == current)
            return new([.. Periods.SkipLast(1), last with { Until = lastSeen }, new(current, since, null)]);
        var earliest = since ?? (lastSeen < now ? lastSeen : now);
        var before = Periods.SkipLast(1).Append(last with { Until = since ?? now }).Where(period => period.Until > now - Kept);
        return new([.. before, new(current, earliest, null)]);
    }

    /// <summary>As it is stored.</summary>
    public override string ToString() =>
        string.Join('\n', Periods.Select(period => $"{period.ModelId}\t{Ticks(period.From)}\t{Ticks(period.Until)}"));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ModelTimeline Parse(string text) => new(
    [
        .. from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let parts = line.Split('\t')
           select new ModelPeriod(parts[0], Time(parts[1]), Time(parts[2])),
    ]);

    private static string Ticks(DateTimeOffset? time) => time?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? "";

    private static DateTimeOffset? Time(string ticks) =>
        ticks.Length == 0 ? null : new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);

    /// <summary>For a note: since when the oldest known model answers.</summary>
    public string Begin => Periods is [{ From: { } from }, ..] ? Timestamps.Format(from) : "";
}

using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// Which windows of a series are stored with its state, to be read and written with every batch. Nearly every batch brings windows that are newer than all
/// others: for those the last few windows are enough, and the week that can still be revised stays where it is.
/// </summary>
internal static class RecentWindows
{
    /// <summary>Windows that stay with the state when the others are put apart: as many as conditions on the previous value or on yesterday look at.</summary>
    public const int Least = 24;

    /// <summary>Windows with the state from which on the older ones are put apart.</summary>
    public const int Most = 40;

    /// <summary>Whether there is any point in looking at the recent windows first: a batch that brings several windows of a series nearly always revises some.</summary>
    public static bool MaySuffice(InstanceBatch batch) => !batch.DeploymentGone && !batch.History && batch.Series.All(series => series.Windows.Count == 1);

    /// <summary>Whether a batch leads to the same evaluation of a partition whose earlier windows have not been read.</summary>
    public static bool Suffice(RuleSet rules, SeriesPartition partition, InstanceBatch batch)
    {
        if (partition.IsWhole)
            return true;
        if (!MaySuffice(batch))
            return false;
        foreach (var incoming in batch.Series)
        {
            // A series that is new may bring rules that look at others.
            if (partition.Find(new(incoming.Metric, incoming.Bucket)) is not { } series || (series.History.HasEarlier && !FollowsOn(series.History, incoming.Windows[0])))
                return false;
        }

        var matching = new List<CompiledRule>();
        foreach (var series in partition.Series)
        {
            matching.Clear();
            rules.Match(batch.Deployment, batch.Instance, series.Name, matching);

            // A rule that looks at other series may do so at any time.
            if (matching.Exists(rule => rule.Rule.When.OtherMetrics.Any()) || (series.History.HasEarlier && !Suffice(series, matching)))
                return false;
        }

        return true;
    }

    /// <summary>Decides, in a whole partition, which windows are put apart. Where some are already, that moves only when the recent ones have become many.</summary>
    public static void PutApart(SeriesPartition partition)
    {
        foreach (var series in partition.Series)
        {
            var history = series.History;
            var earlier = history.LowerBound(history.RecentFrom);
            if (history.Count - earlier > Most)
                history.RecentFrom = history.Windows[history.Count - Least].Start;
            else if (earlier == 0)
                history.RecentFrom = DateTimeOffset.MinValue;
        }
    }

    private static bool FollowsOn(SeriesHistory history, MetricWindow window) => window.Start > history.Windows[^1].Start && history.Count < Most;

    /// <summary>No rule starts, ends, has changed, or compares with more windows than there are.</summary>
    private static bool Suffice(SeriesState series, List<CompiledRule> matching)
    {
        if (matching.Count != series.Rules.Count)
            return false;
        foreach (var rule in matching)
        {
            var state = series.Rules.Find(candidate => candidate.Rule == rule.Rule.Name);
            if (state is null || state.Fingerprint != rule.Fingerprint || rule.ContextWindows > series.History.Count)
                return false;
        }

        return true;
    }
}

using MetricsAlerts.Metrics;
using Simulation.World;

namespace Simulation.Oracle;

/// <summary>Whether an alert may be said to have begun: only when it was so a short while before, with a rule that was in force.</summary>
public sealed class BeginningsOracle(WorldState world)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    /// <summary>How old what is said may be: services fail, processes die and channels are down meanwhile.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    /// <summary>Whether it may have been open when it was said, at a time.</summary>
    public bool MayBeOpen(AlertId id, DateTimeOffset at)
    {
        var deployment = world.Deployments[id.Deployment];
        var series = deployment.Story.Series.FirstOrDefault(series => series.Instance == id.Instance && series.Metric == id.Metric);
        if (series is null)
            return false;

        // Of a host that was away nobody says which of its windows were read.
        if (id.Instance != Instances.All && deployment.WasEverAbsent(id.Instance))
            return true;
        var from = world.UnreadableSince(id.Deployment, at - Grace) - Grace;
        var rules = world.BooksBetween(from, at).Select(book => book.Rules.GetValueOrDefault(id.Rule)).OfType<RuleSpec>()
            .Where(rule => rule.Metric == id.Metric).Distinct().ToList();
        for (var then = at; then >= from; then -= Step)
        {
            // Whose clock is seconds behind does not see the newest window yet, but what else is known by now.
            var windows = Truth.Windows(deployment, series, then, then).ToList();
            if (rules.Exists(rule => RuleOracle.Judge(rule, windows).IsOpen || RuleOracle.Judge(rule, windows.SkipLast(1)).IsOpen))
                return true;
        }

        return false;
    }
}

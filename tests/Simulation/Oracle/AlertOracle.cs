using MetricsAlerts.Metrics;
using Simulation.World;

namespace Simulation.Oracle;

/// <summary>What every alert should be, from the world's truth alone.</summary>
public sealed class AlertOracle(Story story, WorldState world, DateTimeOffset now)
{
    /// <summary>How much later than <see cref="Story.HostGoneHours"/> a host may still be taken to be there.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Every alert that may be open, with what it may be: mostly one state.</summary>
    public SortedDictionary<AlertId, IReadOnlyList<Judged>> All()
    {
        var all = new SortedDictionary<AlertId, IReadOnlyList<Judged>>(AlertId.Order);
        foreach (var rule in world.Book.Rules.Values.Where(rule => rule.Enabled && !world.BrokenRules.Contains(rule.Name)))
        {
            foreach (var deployment in world.Deployments.Values.Where(deployment => !deployment.IsGone && deployment.Story.FirstHour <= story.Hours))
            {
                foreach (var series in deployment.Story.Series.Where(series => Selects(rule, deployment, series)))
                {
                    var states = States(rule, deployment, series);
                    if (states.Any(state => state.IsOpen))
                        all[new(rule.Name, deployment.Story.Id, series.Instance, series.Metric)] = states;
                }
            }
        }

        return all;
    }

    /// <summary>The labels by which routes, silences and inhibitions find an alert.</summary>
    public IReadOnlyDictionary<string, string> Labels(AlertId id, Judged state) => Labels(world.Book, id, world.Deployments[id.Deployment].Label, state.IsCritical);

    /// <summary>The labels of an alert with a rule file, a label of its deployment and a severity.</summary>
    public static IReadOnlyDictionary<string, string> Labels(RuleBook book, AlertId id, string deployment, bool isCritical)
    {
        var labels = new Dictionary<string, string>
        {
            ["severity"] = isCritical ? "critical" : "warning",
            ["rule"] = id.Rule,
            ["deployment"] = deployment,
            ["deploymentId"] = id.Deployment,
            ["instance"] = id.Instance,
            ["metric"] = id.Metric,
            ["family"] = id.Metric switch { Metrics.Accuracy => "accuracy", Metrics.ResponseTime => "service", _ => "custom" },
        };
        if (book.Rules.TryGetValue(id.Rule, out var rule))
        {
            labels["condition"] = rule.Condition;
            if (rule.Team.Length > 0)
                labels["team"] = rule.Team;
        }

        return labels;
    }

    private static bool Selects(RuleSpec rule, DeploymentState deployment, SeriesStory series) =>
        series.Metric == rule.Metric && !deployment.GoneMetrics.Contains(series.Metric) && rule.Selects(deployment.Label, deployment.Importance, series.Instance);

    private IReadOnlyList<Judged> States(RuleSpec rule, DeploymentState deployment, SeriesStory series)
    {
        var windows = Truth.Windows(deployment, series, now, story.QuietFrom).ToList();
        if (series.Instance == Instances.All || deployment.AbsentSince(series.Instance) is not { } absent)
            return [RuleOracle.Judge(rule, windows)];

        // A host that is not named any more: nobody says whether its windows are still read, nor whether late values still come.
        var away = now - absent;
        var gone = TimeSpan.FromHours(story.HostGoneHours);
        if (away > gone + Margin)
            return [Judged.Closed];
        var tick = TimeSpan.FromMinutes(story.TickMinutes);
        var lastRead = world.UnreadableSince(deployment.Story.Id, world.UnreadableSince(deployment.Story.Id, absent) - tick);
        var atLast = Truth.Windows(deployment, series, now, lastRead - tick);
        var whenLeft = Truth.Windows(deployment, series, now, absent);
        var states = new[] { windows, [.. atLast], [.. whenLeft] }.SelectMany(known => known.Where(window => window.End > lastRead - Truth.Hour)
            .Select(last => RuleOracle.Judge(rule, known.Where(window => window.End <= last.End)))).ToList();
        if (now - lastRead > gone - Margin || world.SelectionChanged > absent || !WasSeen(deployment, series.Instance, absent))
            states.Add(Judged.Closed);
        return [.. states.Distinct()];
    }

    /// <summary>Whether a host was there for long enough to be read at all, also when a tick or two went wrong.</summary>
    private bool WasSeen(DeploymentState deployment, string host, DateTimeOffset absent)
    {
        var since = new[] { Truth.StartOf(story.FirstHour), Truth.StartOf(deployment.Story.FirstHour), deployment.BackSince(host) }.Max();
        return absent - since > TimeSpan.FromMinutes(story.TickMinutes * 3);
    }
}

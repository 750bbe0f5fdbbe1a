using Simulation.World;

namespace Simulation.Oracle;

/// <summary>Who should hear of an alert, and what holds it back, from docs/rules.md ("Routes and groups", "Keeping alerts back").</summary>
public sealed class RoutingOracle(WorldState world, AlertOracle alerts, IReadOnlyDictionary<AlertId, Judged> open, DateTimeOffset now)
{
    /// <summary>The channels that today's rules and routes send an alert to.</summary>
    public IReadOnlyList<string> Channels(AlertId id, Judged state) => RoutingHistory.Channels(world.Book, id.Rule, alerts.Labels(id, state));

    /// <summary>What holds an alert back; null when nothing does.</summary>
    public string? Muting(AlertId id, Judged state)
    {
        var labels = alerts.Labels(id, state);
        if (world.Silences.Values.FirstOrDefault(silence => now >= silence.Start && now < silence.End && silence.Match.Matches(labels)) is { } silent)
            return $"silence {silent.Key}";
        if (world.Book.Maintenance.FirstOrDefault(window => window.IsOn(now) && window.Match.Matches(labels)) is { } maintenance)
            return $"maintenance {maintenance.Name}";
        foreach (var (other, otherState) in open.Where(pair => pair.Key.Deployment == id.Deployment && pair.Key != id))
        {
            var others = alerts.Labels(other, otherState);
            foreach (var inhibition in Inhibitions())
            {
                if (inhibition.When.Matches(others) && inhibition.Mute.Matches(labels) && Channels(other, otherState).Count > 0 &&
                    inhibition.Equal.All(label => labels.GetValueOrDefault(label) == others.GetValueOrDefault(label)))
                {
                    return $"inhibition by {other}";
                }
            }
        }

        return null;
    }

    private IEnumerable<InhibitionSpec> Inhibitions() => world.Book.Inhibitions.Count > 0
        ? world.Book.Inhibitions
        : [new(new(("condition", "missingFor"), ("family", "accuracy")), new(("family", "accuracy")), [])];
}

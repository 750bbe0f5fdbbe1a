using Simulation.World;

namespace Simulation.Oracle;

/// <summary>Who may hear that an alert has begun: only those to whom something led a short while before.</summary>
public sealed class RoutingHistory(WorldState world)
{
    /// <summary>How long what was routed before may still arrive: services fail, processes die and channels are down meanwhile.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    /// <summary>Whether a channel may hear of a beginning at a time.</summary>
    public bool MayHear(string channel, AlertId id, DateTimeOffset at)
    {
        var reached = new HashSet<string>(
            from book in world.BooksBetween(at - Grace, at)
            from label in world.Deployments[id.Deployment].Labels
            from isCritical in (bool[])[false, true]
            from named in Channels(book, id.Rule, AlertOracle.Labels(book, id, label, isCritical))
            select named, StringComparer.Ordinal);
        for (var before = -1; before != reached.Count;)
        {
            before = reached.Count;
            reached.UnionWith(world.Fallbacks.Where(pair => reached.Contains(pair.Channel)).Select(pair => pair.Fallback).ToList());
        }

        return reached.Contains(channel);
    }

    /// <summary>The channels that a rule file sends an alert to.</summary>
    public static IReadOnlyList<string> Channels(RuleBook book, string rule, IReadOnlyDictionary<string, string> labels)
    {
        var channels = new List<string>(book.Rules.GetValueOrDefault(rule)?.Notify ?? []);
        foreach (var route in book.Routes)
        {
            if (route.IsDefault ? channels.Count > 0 : !route.Match.Matches(labels))
                continue;
            channels.AddRange(route.Notify);
            if (!route.Continues)
                break;
        }

        return [.. channels.Distinct().Where(book.Channels.ContainsKey)];
    }
}

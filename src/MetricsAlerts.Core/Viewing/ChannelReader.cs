using MetricsAlerts.Notifying;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Viewing;

/// <summary>A channel and how its deliveries stand.</summary>
/// <param name="Definition">The channel.</param>
/// <param name="Problem">Why it cannot be used, such as a missing secret; empty when it can.</param>
/// <param name="LastDelivery">When it last took a message; null when it never did.</param>
/// <param name="Waiting">Groups of alerts that have something to say there.</param>
/// <param name="Failing">Those of them whose last attempt failed.</param>
/// <param name="LastError">What the last failure was; empty when none of its groups fails.</param>
public sealed record ChannelView(
    ChannelDefinition Definition, string Problem, DateTimeOffset? LastDelivery, int Waiting, int Failing, string LastError)
{
    /// <summary>Whether it works, as far as is known.</summary>
    public bool IsWell => Problem.Length == 0 && Failing == 0;

    /// <summary>When it is tried again; null when nothing failed.</summary>
    public DateTimeOffset? NextAttempt { get; init; }
}

/// <summary>Reads how every channel's deliveries stand.</summary>
public sealed class ChannelReader(ITableStore tables, PendingGroups groups, ChannelAccess channels, RuleStore rules)
{
    private readonly GroupStore _store = new(tables);

    /// <summary>Every channel, in the order of the names.</summary>
    public async Task<IReadOnlyList<ChannelView>> ListAsync(CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var pending = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var group in groups.ListAsync(cancellationToken))
            pending.Add(group.Key);
        var progress = new List<(PendingGroup Group, GroupProgress Progress)>();
        await foreach (var group in groups.ListKnownAsync(cancellationToken))
            progress.Add((group, await _store.ReadProgressAsync(group.Channel, group.Group, cancellationToken)));
        var byChannel = progress.ToLookup(one => one.Group.Channel, StringComparer.Ordinal);
        return [.. ruleSet.Channels.Values.OrderBy(channel => channel.Name, StringComparer.Ordinal)
            .Select(channel => Describe(channel, [.. byChannel[channel.Name]], pending))];
    }

    /// <summary>How many channels cannot be used, or failed the last time.</summary>
    public async Task<int> CountFailingAsync(CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var failing = ruleSet.Channels.Values.Where(channel => channels.Open(channel, out _) is not null)
            .Select(channel => channel.Name).ToHashSet(StringComparer.Ordinal);
        await foreach (var group in groups.ListAsync(cancellationToken))
        {
            if (failing.Contains(group.Channel) || !ruleSet.Channels.ContainsKey(group.Channel))
                continue;
            if ((await _store.ReadProgressAsync(group.Channel, group.Group, cancellationToken)).LastError.Length > 0)
                failing.Add(group.Channel);
        }

        return failing.Count;
    }

    private ChannelView Describe(
        ChannelDefinition channel, IReadOnlyList<(PendingGroup Group, GroupProgress Progress)> progress, IReadOnlySet<string> pending)
    {
        var failing = progress.Where(one => one.Progress.LastError.Length > 0).ToList();
        var last = progress.Select(one => one.Progress.LastMessage).Max();
        return new(
            channel,
            channels.Open(channel, out _) ?? "",
            last,
            progress.Count(one => pending.Contains(one.Group.Key)),
            failing.Count,
            failing.Select(one => one.Progress.LastError).LastOrDefault() ?? "")
        { NextAttempt = failing.Select(one => one.Progress.NextAttempt).Min() };
    }
}

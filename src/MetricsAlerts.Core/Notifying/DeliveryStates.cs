using MetricsAlerts.Alerts;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>How one destination stands to one alert, for people to read.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Group">The group.</param>
/// <param name="LastWord">What it was last notified of; none when of nothing.</param>
/// <param name="At">When; null when of nothing.</param>
/// <param name="Pending">What it still has to be notified of; none when it knows what is so.</param>
/// <param name="Held">Why that is not said for now; empty when it is only a matter of time.</param>
/// <param name="Problem">Why it was given up, or failed the last time; empty when it went well.</param>
public sealed record DeliveryState(string Channel, string Group, Change LastWord, DateTimeOffset? At, Change Pending, string Held, string Problem);

/// <summary>Says who was notified of an alert and who was not, and why.</summary>
public sealed class DeliveryStates(ITableStore tables, TimeProvider time)
{
    private readonly GroupStore _groups = new(tables);

    /// <summary>Every destination of an alert, and the fallbacks that follow it.</summary>
    public Task<IReadOnlyList<DeliveryState>> ListAsync(Alert alert, CancellationToken cancellationToken) =>
        ListAsync(alert, [], cancellationToken);

    /// <summary>The same of several alerts, in their order; a group that they share is read once.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<DeliveryState>>> ListAsync(
        IEnumerable<Alert> alerts, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<(string Channel, string Group), Group>();
        var states = new List<IReadOnlyList<DeliveryState>>();
        foreach (var alert in alerts)
            states.Add(await ListAsync(alert, groups, cancellationToken));
        return states;
    }

    private async Task<IReadOnlyList<DeliveryState>> ListAsync(
        Alert alert, Dictionary<(string Channel, string Group), Group> groups, CancellationToken cancellationToken)
    {
        var states = new List<DeliveryState>();
        var left = new Queue<(string Channel, string Group)>(
            alert.Destinations.Select(destination => (destination.Channel, destination.Group)));
        while (left.TryDequeue(out var destination))
        {
            if (states.Exists(state => state.Channel == destination.Channel && state.Group == destination.Group))
                continue;
            if (!groups.TryGetValue(destination, out var group))
                groups[destination] = group = await _groups.LoadAsync(destination.Channel, destination.Group, cancellationToken);
            var notified = group.Reader(alert.Key.Id);
            states.Add(Describe(alert, group, notified));
            if (notified.Fallback.Length > 0)
                left.Enqueue((notified.Fallback, destination.Group));
        }

        return states;
    }

    private DeliveryState Describe(Alert alert, Group group, Notified notified)
    {
        var pending = group.Wanted.TryGetValue(alert.Key.Id, out var wanted)
            ? Difference.Of(wanted, notified, time.GetUtcNow())
            : Change.None;
        var problem = notified.GivenUpBecause.Length > 0 ? notified.GivenUpBecause
            : pending != Change.None ? group.Progress.LastError
            : "";
        return new(group.Channel, group.Name, notified.LastWord, notified.At, pending, notified.Held, problem);
    }
}

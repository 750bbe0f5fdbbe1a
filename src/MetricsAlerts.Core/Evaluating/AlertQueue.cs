using System.Diagnostics;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying.Delivery;

namespace MetricsAlerts.Evaluating;

/// <summary>The way from Evaluate to Notify: one message per transition, in order within a group.</summary>
public sealed class AlertQueue(IQueue queue)
{
    /// <summary>The queue.</summary>
    public IQueue Queue => queue;

    /// <summary>Sends the messages; one that was sent before is dropped by its id.</summary>
    public Task SendAsync(IEnumerable<AlertMessage> messages, CancellationToken cancellationToken) =>
        queue.SendAsync(
            [.. messages.Select(message => new QueueMessage(
                message.Transition.EventId, GroupKey(message.Transition), AlertMessage.SchemaName,
                JsonSerializer.SerializeToUtf8Bytes(message, AlertJson.Default.AlertMessage)) { TraceParent = Activity.Current?.Id })],
            cancellationToken);

    /// <summary>Asks Notify to look again, at a time, at an alert that was kept back.</summary>
    internal Task RecheckAsync(AlertTransition transition, DateTimeOffset asked, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new AlertRecheck(transition.DeploymentId, transition.AlertId), GroupJson.Default.AlertRecheck);
        var id = DerivedId.From("recheck", transition.AlertId, Timestamps.Format(asked), Timestamps.Format(at));
        return queue.SendAsync([new(id, GroupKey(transition), AlertRecheck.SchemaName, body) { EnqueueAt = at, TraceParent = Activity.Current?.Id }], cancellationToken);
    }

    /// <summary>Asks Notify to tell what a group has to tell, at a time.</summary>
    internal Task FlushAsync(GroupFlush flush, string reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(flush, GroupJson.Default.GroupFlush);
        var id = DerivedId.From("flush", flush.Channel, flush.Group, reason, Timestamps.Format(at));
        return queue.SendAsync([new(id, DerivedId.From("group", flush.Channel, flush.Group), GroupFlush.SchemaName, body) { EnqueueAt = at, TraceParent = Activity.Current?.Id }], cancellationToken);
    }

    /// <summary>What a transition's session is: all alerts of one rule on one deployment, so that they are told in order.</summary>
    public static string GroupKey(AlertTransition transition) => SessionId.From(transition.DeploymentId, transition.Rule);
}

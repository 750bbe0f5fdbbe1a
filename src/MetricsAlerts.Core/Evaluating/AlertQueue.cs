using System.Diagnostics;
using System.Text.Json;
using MetricsAlerts.Messaging;

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

    /// <summary>What a transition's session is: all alerts of one rule on one deployment, so that they are told in order.</summary>
    public static string GroupKey(AlertTransition transition) => SessionId.From(transition.DeploymentId, transition.Rule);
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using Simulation.Faults;
using Simulation.Oracle;
using Simulation.World;
using Attempt = Simulation.Oracle.Attempt;

namespace Simulation.Processes;

/// <summary>The channels of the world for the pipeline of one process.</summary>
internal sealed class ChannelFactory(ProcessParts parts) : IChannelFactory
{
    public IChannel Create(ChannelDefinition definition) => new Channel(definition.Name, parts);

    private sealed class Channel(string name, ProcessParts parts) : IChannel
    {
        private readonly SimulatedChannel _channel = new(
            name, parts.Environment.World, parts.Environment.Mailboxes, parts.Gate, () => parts.Environment.Scheduler.Now);

        public TimeSpan Pace => TimeSpan.FromMilliseconds(name.Length % 2 == 0 ? 250 : 0);

        // Without hints there is one message a tick: what does not fit into it would take as many ticks.
        public int MaxChanges => name.Length % 2 == 0 && !parts.Environment.Story.NoHints ? 3 : int.MaxValue;

        public async Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
        {
            var attempt = new Attempt(name, notification.Group, notification.Id, notification.Attempt, [.. notification.Changes.Select(Word)])
            {
                Began = parts.Environment.Scheduler.Now,
            };
            var outcome = await _channel.SendAsync(attempt, cancellationToken);
            if (HandlerScope.Current is { } scope)
                scope.Sent = attempt;
            return outcome switch
            {
                Outcome.Delivered => new DeliveryResult.Delivered(),
                Outcome.Refused => new DeliveryResult.Refused("simulated"),
                Outcome.Deferred => new DeliveryResult.Deferred("simulated", TimeSpan.FromSeconds(45)),
                _ => new DeliveryResult.Deferred("simulated") { MayHaveArrived = true },
            };
        }

        private static Word Word(AlertChange change)
        {
            var alert = change.Alert;
            return new(
                StoredAlerts.IdOf(alert.Key), alert.Version.ToString(), change.Change.ToString(), StoredAlerts.StateOf(alert));
        }
    }
}

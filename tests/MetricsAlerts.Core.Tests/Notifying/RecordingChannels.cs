using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>Channels that return what a test says and record what they took.</summary>
internal sealed class RecordingChannels(TimeProvider time) : IChannelFactory
{
    private readonly Lock _lock = new();

    /// <summary>What a channel returns; by default it takes everything.</summary>
    public Dictionary<string, Func<Notification, DeliveryResult>> Behaviour { get; } = [];

    /// <summary>The shortest time between two messages of a channel.</summary>
    public Dictionary<string, TimeSpan> Pace { get; } = [];

    /// <summary>The most changes in one message of a channel.</summary>
    public Dictionary<string, int> MaxChanges { get; } = [];

    /// <summary>Channels that cannot be made, with the reason.</summary>
    public Dictionary<string, string> Broken { get; } = [];

    /// <summary>Messages that were taken.</summary>
    public List<(string Channel, Notification Notification, DateTimeOffset At)> Messages { get; } = [];

    /// <summary>Every attempt.</summary>
    public List<(string Channel, Notification Notification, DateTimeOffset At)> Attempts { get; } = [];

    /// <summary>Changes that were taken, in order.</summary>
    public IEnumerable<(string Channel, AlertChange Change)> Taken =>
        Messages.SelectMany(message => message.Notification.Changes.Select(change => (message.Channel, change)));

    /// <summary>Changes that were taken, such as <c>chat Fired floor critical</c> or <c>chat Resolved floor recovered</c>.</summary>
    public IReadOnlyList<string> Said => [.. Taken.Select(taken => $"{taken.Channel} {taken.Change.Change} {taken.Change.Alert.Key.Rule} {Detail(taken.Change)}")];

    /// <summary>Changes that were taken with their deployments, such as <c>chat Fired d1</c>.</summary>
    public IReadOnlyList<string> SaidOf => [.. Taken.Select(taken => $"{taken.Channel} {taken.Change.Change} {taken.Change.Alert.Key.DeploymentId}")];

    /// <summary>The severity of what is open, or the reason of what is over.</summary>
    public static string Detail(AlertChange change) => change.Alert.IsOpen ? change.Alert.Severity.ToString().ToLowerInvariant() : change.Reason;

    /// <summary>Forgets what was said.</summary>
    public void Clear()
    {
        Messages.Clear();
        Attempts.Clear();
    }

    public IChannel Create(ChannelDefinition definition) => Broken.TryGetValue(definition.Name, out var problem)
        ? throw new ChannelConfigurationException(problem)
        : new Channel(this, definition.Name);

    private sealed class Channel(RecordingChannels channels, string name) : IChannel
    {
        public TimeSpan Pace => channels.Pace.GetValueOrDefault(name);

        public int MaxChanges => channels.MaxChanges.GetValueOrDefault(name, int.MaxValue);

        public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
        {
            lock (channels._lock)
            {
                channels.Attempts.Add((name, notification, channels.Now));
                var result = channels.Behaviour.TryGetValue(name, out var behave) ? behave(notification) : new DeliveryResult.Delivered();
                if (result is DeliveryResult.Delivered)
                    channels.Messages.Add((name, notification, channels.Now));
                return Task.FromResult(result);
            }
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}

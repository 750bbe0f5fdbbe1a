using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>Channels that answer what a test says and note what they took.</summary>
internal sealed class ChannelBoard(TimeProvider time) : IChannelFactory
{
    private readonly Lock _lock = new();

    /// <summary>How a channel answers; by default it takes everything.</summary>
    public Dictionary<string, Func<Notification, DeliveryResult>> Behaviour { get; } = [];

    /// <summary>The shortest time between two messages of a channel.</summary>
    public Dictionary<string, TimeSpan> Pace { get; } = [];

    /// <summary>Messages that were taken.</summary>
    public List<(string Channel, Notification Notification, DateTimeOffset At)> Messages { get; } = [];

    /// <summary>Every attempt.</summary>
    public List<(string Channel, DateTimeOffset At)> Attempts { get; } = [];

    /// <summary>Transitions that were taken, in order.</summary>
    public IEnumerable<(string Channel, string Event)> Taken => Messages.SelectMany(message => message.Notification.Alerts.Select(alert => (message.Channel, alert.Transition.EventId)));

    public IChannel Create(ChannelDefinition definition) => new Channel(this, definition.Name);

    public static AlertMessage Message(
        string id, int sequence, Transition transition, Severity severity = Severity.Warning, string deployment = "d1", string rule = "floor", string metric = "Accuracy",
        string condition = "below", string? alert = null, IReadOnlyList<string>? notify = null) => new(
        new AlertTransition
        {
            EventId = id,
            AlertId = alert ?? $"{deployment}/{rule}",
            Rule = rule,
            DeploymentId = deployment,
            Instance = "all",
            Metric = metric,
            Bucket = TimeSpan.FromHours(1),
            Transition = transition,
            IsOpen = transition != Transition.Resolved,
            Severity = severity,
            Reason = "Breaching(0.7, 0.85)",
            WindowStart = DateTimeOffset.UnixEpoch.AddHours(sequence),
            WindowEnd = DateTimeOffset.UnixEpoch.AddHours(sequence + 1),
            Since = DateTimeOffset.UnixEpoch,
            Sequence = sequence,
            Recent = [0.7],
        },
        new Deployment(deployment, $"label-{deployment}"),
        new RuleFacts { Name = rule, Condition = "below: 0.85", ConditionKind = condition, Notify = notify ?? ["chat"] });

    private sealed class Channel(ChannelBoard board, string name) : IChannel
    {
        public TimeSpan Pace => board.Pace.GetValueOrDefault(name);

        public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
        {
            lock (board._lock)
            {
                board.Attempts.Add((name, board.Now));
                var result = board.Behaviour.TryGetValue(name, out var behave) ? behave(notification) : new DeliveryResult.Delivered();
                if (result is DeliveryResult.Delivered)
                    board.Messages.Add((name, notification, board.Now));
                return Task.FromResult(result);
            }
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}

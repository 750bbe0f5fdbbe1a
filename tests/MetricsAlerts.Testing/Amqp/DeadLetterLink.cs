using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>A receiver's link to the dead letters of a queue. What it locked stays locked when it is closed.</summary>
internal sealed class DeadLetterLink : MessageLink
{
    private readonly DeadLetterBox _letters;

    public DeadLetterLink(SendingAmqpLink link, DeadLetterBox letters, OperationGate gate)
        : base(link, gate)
    {
        _letters = letters;
        letters.Changed += Pump;
        link.Closed += (_, _) => letters.Changed -= Pump;
    }

    protected override LockedMessage? Take() => _letters.Take();

    protected override Error? Complete(Guid token) => _letters.Settle(token, remove: true);

    protected override Error? Abandon(Guid token, bool isCounted) => _letters.Settle(token, remove: false);

    protected override Error? DeadLetter(Guid token, IReadOnlyDictionary<string, object> properties) =>
        _letters.Settle(token, remove: false);
}

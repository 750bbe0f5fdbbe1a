using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>
/// A link on which messages are delivered and settled: as many as it has credit for, each with its lock token as delivery tag. What the
/// receiver says about one is answered with the same outcome, or with the error.
/// </summary>
internal abstract class MessageLink
{
    private readonly Lock _lock = new();
    private readonly SendingAmqpLink _link;
    private readonly OperationGate _gate;

    protected MessageLink(SendingAmqpLink link, OperationGate gate)
    {
        _link = link;
        _gate = gate;
        link.RegisterCreditListener((_, _, _) => Pump());
        link.RegisterDispositionListener(Settle);
    }

    protected SendingAmqpLink Link => _link;

    /// <summary>Delivers what there is, as far as the credit goes.</summary>
    public void Pump()
    {
        lock (_lock)
        {
            while (_link.State == AmqpObjectState.Opened && _link.LinkCredit > 0 && Take() is { } locked)
                _ = _gate.PassAsync(BrokerOperation.Receive, _link, () => Deliver(locked), Close);
        }
    }

    /// <summary>Locks the next message; null when there is none.</summary>
    protected abstract LockedMessage? Take();

    protected abstract Error? Complete(Guid token);

    protected abstract Error? Abandon(Guid token, bool isCounted);

    protected abstract Error? DeadLetter(Guid token, IReadOnlyDictionary<string, object> properties);

    private void Settle(Delivery delivery)
    {
        var token = new Guid(delivery.DeliveryTag.AsSpan());
        var (operation, settle, outcome) = Read(token, delivery.State);
        _ = _gate.PassAsync(operation, _link, settle, error => _link.DisposeDelivery(
            delivery, settled: true, error is null ? outcome : new Rejected { Error = error }));
    }

    private (BrokerOperation Operation, Func<Error?> Settle, Outcome Outcome) Read(Guid token, DeliveryState state) => state switch
    {
        Accepted accepted => (BrokerOperation.Complete, () => Complete(token), accepted),
        Released released => (BrokerOperation.Abandon, () => Abandon(token, isCounted: false), released),
        Modified { UndeliverableHere: not true } modified => (BrokerOperation.Abandon, () => Abandon(token, isCounted: true), modified),
        Rejected rejected => (BrokerOperation.DeadLetter, () => DeadLetter(token, Properties(rejected.Error)), new Rejected()),
        _ => (BrokerOperation.Abandon, () => BrokerError.Of(AmqpErrorCode.NotImplemented.Value), new Released()),
    };

    private static Dictionary<string, object> Properties(Error? error) =>
        error?.Info?.ToDictionary(pair => pair.Key.ToString()!, pair => pair.Value, StringComparer.Ordinal) ?? [];

    private Error? Deliver(LockedMessage locked)
    {
        _link.SendMessageNoWait(
            MessageFormat.Write(locked.Message, locked.LockedUntil), new ArraySegment<byte>(locked.Token.ToByteArray()), default);
        return null;
    }

    private void Close(Error? error)
    {
        if (error is not null)
            _link.SafeClose(new AmqpException(error));
    }
}

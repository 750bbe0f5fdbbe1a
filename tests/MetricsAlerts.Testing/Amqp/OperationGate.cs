using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>Every operation passes here: it is counted, and meets the fault that is set for it.</summary>
internal sealed class OperationGate(BrokerFaults faults, OperationCounts counts)
{
    public OperationCounts Counts => counts;

    /// <summary>Does an operation and answers it, unless a fault is in the way.</summary>
    /// <param name="operation">What it is.</param>
    /// <param name="link">The link that asked.</param>
    /// <param name="work">Does it; returns why not.</param>
    /// <param name="answer">Answers: null when it is done.</param>
    public async Task PassAsync(BrokerOperation operation, AmqpLink link, Func<Error?> work, Action<Error?> answer)
    {
        counts.Add(operation);
        var fault = faults.Take(operation);
        if (fault is Fault.Delay delay)
            await delay.Until();
        if (Breaks(fault, Moment.Before, link))
            return;
        if (fault is Fault.Refuse refusal)
        {
            answer(BrokerError.Of(refusal.Condition));
            return;
        }

        var error = work();
        if (!Breaks(fault, Moment.After, link))
            answer(error);
    }

    private static bool Breaks(Fault? fault, Moment moment, AmqpLink link)
    {
        switch (fault)
        {
            case Fault.DropConnection drop when drop.Moment == moment:
                link.Session.Connection.Abort();
                return true;
            case Fault.DropLink drop when drop.Moment == moment:
                link.SafeClose(new AmqpException(BrokerError.Of(AmqpErrorCode.DetachForced.Value)));
                return true;
            default:
                return false;
        }
    }
}

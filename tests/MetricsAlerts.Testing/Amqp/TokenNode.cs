using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary><c>$cbs</c>: every token is taken.</summary>
internal sealed class TokenNode(OperationGate gate)
{
    private readonly RequestNode _node = new();

    public void Open(AmqpLink link)
    {
        if (link is SendingAmqpLink answers)
            _node.OpenAnswers(answers);
        else
            _node.OpenRequests((ReceivingAmqpLink)link, Handle);
    }

    private void Handle(RequestNode.Request request) => _ = gate.PassAsync(
        BrokerOperation.PutToken,
        request.Link,
        () => null,
        error => request.Answer(
            null, ("status-code", error is null ? 202 : 401), ("status-description", error?.Description ?? "Accepted")));
}

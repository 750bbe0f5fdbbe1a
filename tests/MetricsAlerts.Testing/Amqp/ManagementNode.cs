using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>
/// <c>QUEUE/$management</c>, as far as it is used: renew the lock of a session, peek, and settle a dead letter that came over another link.
/// </summary>
internal sealed class ManagementNode(BrokerQueue queue, bool isOfDeadLetters, OperationGate gate, BrokerOptions options)
{
    private readonly RequestNode _node = new();

    public void Open(AmqpLink link)
    {
        if (link is SendingAmqpLink answers)
            _node.OpenAnswers(answers);
        else
            _node.OpenRequests((ReceivingAmqpLink)link, Handle);
    }

    private void Handle(RequestNode.Request request)
    {
        switch (request.Operation)
        {
            case "com.microsoft:renew-session-lock":
                Renew(request);
                break;
            case "com.microsoft:peek-message":
                Peek(request);
                break;
            case "com.microsoft:update-disposition" when isOfDeadLetters:
                Settle(request);
                break;
            default:
                Refuse(request, 501, BrokerError.Of(AmqpErrorCode.NotImplemented.Value, $"The test broker has no '{request.Operation}'."));
                break;
        }
    }

    private void Renew(RequestNode.Request request)
    {
        DateTimeOffset? until = null;
        _ = gate.PassAsync(
            BrokerOperation.Renew,
            request.Link,
            () => (until = queue.Renew(request.Argument<string>("session-id")!, request.Property("associated-link-name"))) is null
                ? BrokerError.Of(BrokerError.SessionLockLost)
                : null,
            error =>
            {
                if (error is null)
                    Answer(request, new() { [new MapKey("expiration")] = until!.Value.UtcDateTime });
                else
                    Refuse(request, 410, error);
            });
    }

    private void Peek(RequestNode.Request request)
    {
        IReadOnlyList<StoredMessage> found = [];
        _ = gate.PassAsync(
            BrokerOperation.Peek,
            request.Link,
            () =>
            {
                var (from, most) = (request.Argument<long>("from-sequence-number"), request.Argument<int>("message-count"));
                most = Math.Min(most, options.PeekPage);
                found = isOfDeadLetters ? queue.DeadLetters.Peek(from, most) : queue.Peek(from, most);
                return null;
            },
            error =>
            {
                if (error is not null)
                    Refuse(request, 503, error);
                else if (found.Count == 0)
                    request.Answer(null, ("statusCode", 204), ("statusDescription", "No messages"));
                else
                    Answer(request, new() { [new MapKey("messages")] = found.Select(ToMap).ToList() });
            });
    }

    private void Settle(RequestNode.Request request)
    {
        var tokens = request.Argument<Guid[]>("lock-tokens") ?? [];
        var isCompleted = request.Argument<string>("disposition-status") == "completed";
        _ = gate.PassAsync(
            isCompleted ? BrokerOperation.Complete : BrokerOperation.Abandon,
            request.Link,
            () => tokens.Select(token => queue.DeadLetters.Settle(token, isCompleted)).FirstOrDefault(error => error is not null),
            error =>
            {
                if (error is null)
                    request.Answer(null, ("statusCode", 200), ("statusDescription", "OK"));
                else
                    Refuse(request, 410, error);
            });
    }

    private static AmqpMap ToMap(StoredMessage message) =>
        new() { [new MapKey("message")] = MessageFormat.Encode(MessageFormat.Write(message, lockedUntil: null)) };

    private static void Answer(RequestNode.Request request, AmqpMap body) =>
        request.Answer(body, ("statusCode", 200), ("statusDescription", "OK"));

    private static void Refuse(RequestNode.Request request, int status, Error error) =>
        request.Answer(null, ("statusCode", status), ("statusDescription", error.Description), ("errorCondition", error.Condition));
}

using System.Collections.Concurrent;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>Requests that come on one link and are answered on another of the same connection, which they name.</summary>
internal sealed class RequestNode
{
    private readonly ConcurrentDictionary<(AmqpConnection, string), SendingAmqpLink> _answers = new();

    /// <summary>Notes where answers go.</summary>
    public void OpenAnswers(SendingAmqpLink link)
    {
        var key = (link.Session.Connection, ((Target)link.Settings.Target).Address.ToString()!);
        _answers[key] = link;
        link.Closed += (_, _) => _answers.TryRemove(key, out _);
    }

    /// <summary>Lets each request be handled, which may answer or not.</summary>
    public void OpenRequests(ReceivingAmqpLink link, Action<Request> handle) => link.RegisterMessageListener(message =>
    {
        if (!message.Settled)
            link.DisposeMessage(message, new Accepted(), settled: true, batchable: false);
        handle(new(link, message, this));
    });

    private void Answer(AmqpConnection connection, string address, AmqpMessage answer)
    {
        if (_answers.TryGetValue((connection, address), out var link))
            link.SendMessageNoWait(answer, new ArraySegment<byte>(Guid.NewGuid().ToByteArray()), default);
    }

    /// <summary>A request.</summary>
    internal sealed class Request(ReceivingAmqpLink link, AmqpMessage message, RequestNode node)
    {
        public AmqpLink Link => link;

        public string Operation => Property("operation") ?? "";

        public string? Property(string name) => message.ApplicationProperties.Map[name] as string;

        /// <summary>An argument in the body.</summary>
        public T? Argument<T>(string name) => message.ValueBody.Value is Microsoft.Azure.Amqp.Encoding.AmqpMap map
            ? (T?)map[new Microsoft.Azure.Amqp.Encoding.MapKey(name)]
            : default;

        public void Answer(object? body, params (string Name, object Value)[] properties)
        {
            var answer = AmqpMessage.Create(new AmqpValue { Value = body });
            answer.Properties.CorrelationId = message.Properties.MessageId;
            foreach (var (name, value) in properties)
                answer.ApplicationProperties.Map[name] = value;
            node.Answer(link.Session.Connection, message.Properties.ReplyTo.ToString()!, answer);
        }
    }
}

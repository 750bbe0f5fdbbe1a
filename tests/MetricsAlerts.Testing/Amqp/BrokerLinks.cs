using System.Collections.Concurrent;
using MetricsAlerts.Messaging;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Transport;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>Brings connections and links to the queues by their addresses.</summary>
internal sealed class BrokerLinks : IRuntimeProvider
{
    private const string DeadLetters = "/$deadletterqueue";
    private const string Management = "/$management";
    private const string Tokens = "$cbs";

    private readonly ConcurrentDictionary<AmqpConnection, bool> _connections = new();
    private readonly Dictionary<string, Func<AmqpLink, Task>> _nodes = new(StringComparer.OrdinalIgnoreCase);
    private readonly OperationGate _gate;

    public BrokerLinks(IReadOnlyList<BrokerQueue> queues, OperationGate gate, BrokerOptions options)
    {
        _gate = gate;
        Add(Tokens, BrokerOperation.OpenLink, new TokenNode(gate).Open);
        foreach (var queue in queues)
        {
            Add($"{queue.Name}{Management}", BrokerOperation.OpenLink, new ManagementNode(queue, false, gate, options).Open);
            Add($"{queue.Name}{DeadLetters}{Management}", BrokerOperation.OpenLink, new ManagementNode(queue, true, gate, options).Open);
            Add($"{queue.Name}{DeadLetters}", BrokerOperation.OpenLink, link => OpenDeadLetters(link, queue));
            _nodes.Add(queue.Name, link => link is ReceivingAmqpLink sender
                ? PassAsync(BrokerOperation.OpenLink, link, () => Completed(() => SenderLink.Open(sender, queue, gate, options)))
                : PassAsync(
                    BrokerOperation.AcceptSession, link, () => SessionLink.OpenAsync((SendingAmqpLink)link, queue, gate, options)));
        }
    }

    /// <summary>Breaks every connection off.</summary>
    public void Abort()
    {
        foreach (var connection in _connections.Keys)
            connection.Abort();
    }

    public int CountConnections() => _connections.Count;

    AmqpConnection IConnectionFactory.CreateConnection(
        TransportBase transport, ProtocolHeader header, bool isInitiator, AmqpSettings settings, AmqpConnectionSettings connectionSettings)
    {
        var connection = new AmqpConnection(transport, header, isInitiator, settings, connectionSettings);
        _connections[connection] = true;
        connection.Closed += (_, _) => _connections.TryRemove(connection, out _);
        return connection;
    }

    AmqpSession ISessionFactory.CreateSession(AmqpConnection connection, AmqpSessionSettings settings) =>
        new(connection, settings, this);

    AmqpLink ILinkFactory.CreateLink(AmqpSession session, AmqpLinkSettings settings) =>
        settings.Role == true ? new ReceivingAmqpLink(session, settings) : new SendingAmqpLink(session, settings);

    IAsyncResult ILinkFactory.BeginOpenLink(AmqpLink link, TimeSpan timeout, AsyncCallback callback, object state) =>
        TaskToAsyncResult.Begin(OpenAsync(link), callback, state);

    void ILinkFactory.EndOpenLink(IAsyncResult result) => TaskToAsyncResult.End(result);

    private Task OpenAsync(AmqpLink link)
    {
        var address = (link.IsReceiver ? ((Target)link.Settings.Target).Address : ((Source)link.Settings.Source).Address).ToString()!;
        return _nodes.TryGetValue(address.TrimStart('/'), out var open)
            ? open(link)
            : Task.FromException(new AmqpException(BrokerError.Of(
                AmqpErrorCode.NotFound.Value, $"There is no '{address}'; there are {string.Join(", ", _nodes.Keys)}.")));
    }

    private void Add(string address, BrokerOperation operation, Action<AmqpLink> open) =>
        _nodes.Add(address, link => PassAsync(operation, link, () => Completed(() => open(link))));

    private void OpenDeadLetters(AmqpLink link, BrokerQueue queue)
    {
        if (link is not SendingAmqpLink receiver)
            throw new AmqpException(BrokerError.Of(AmqpErrorCode.NotAllowed.Value, "Nobody sends to the dead letters."));
        _ = new DeadLetterLink(receiver, queue.DeadLetters, _gate);
    }

    /// <summary>Opens a link as an operation that can go wrong: what is refused throws.</summary>
    private async Task PassAsync(BrokerOperation operation, AmqpLink link, Func<Task> open)
    {
        var opening = Task.CompletedTask;
        await _gate.PassAsync(
            operation,
            link,
            () =>
            {
                opening = open();
                return null;
            },
            error => opening = error is null ? opening : Task.FromException(new AmqpException(error)));
        await opening;
    }

    private static Task Completed(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}

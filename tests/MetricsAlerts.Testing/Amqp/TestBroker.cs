using System.Net;
using System.Net.Sockets;
using MetricsAlerts.Messaging;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Sasl;
using Microsoft.Azure.Amqp.Transport;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>
/// A small AMQP 1.0 broker for tests. It is not a product, and no proof of what Azure does: every rule in it is what we believe of Service
/// Bus, from its documentation and its client. It lets the real client and our adapter run in every test run, and misbehaves when asked.
/// It does what the pipeline uses: sessions of which the next one is accepted, their locks, schedules, duplicate detection, delivery
/// counts, dead letters with reasons, peeking, batches and size limits. It knows no security, no topics, no partitions, no transactions, no
/// deferral and no time to live. Messages survive <see cref="Stop"/>, in memory.
/// </summary>
public sealed class TestBroker : IDisposable
{
    private const uint MaxFrame = 64 * 1024;
    private const uint IdleMilliseconds = 4 * 60 * 1000;

    private readonly int _port = FreePort();
    private readonly List<BrokerQueue> _queues;
    private readonly BrokerLinks _links;
    private AmqpConnectionListener? _listener;

    /// <summary>Starts it on a free port of the loopback address.</summary>
    public TestBroker(BrokerOptions options)
    {
        _queues = [.. options.Queues.Select(definition => new BrokerQueue(definition, options.Time))];
        _links = new(_queues, new(Faults, Operations), options);
        Start();
    }

    /// <summary>What is to go wrong.</summary>
    public BrokerFaults Faults { get; } = new();

    /// <summary>What it was asked for.</summary>
    public OperationCounts Operations { get; } = new();

    /// <summary>How a client reaches it, over plain TCP.</summary>
    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{_port};SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true;";

    /// <summary>Connections that are open.</summary>
    public int Connections => _links.CountConnections();

    /// <summary>Listens, after <see cref="Stop"/> on the same port again.</summary>
    public void Start()
    {
        var sasl = new SaslTransportProvider();
        sasl.Versions.Add(new AmqpVersion(1, 0, 0));
        sasl.AddHandler(new SaslAnonymousHandler("MSSBCBS"));
        var settings = new AmqpSettings { RuntimeProvider = _links };
        settings.TransportProviders.Add(sasl);
        var connections = new AmqpConnectionSettings
        {
            ContainerId = nameof(TestBroker), MaxFrameSize = MaxFrame, IdleTimeOut = IdleMilliseconds,
        };
        _listener = new AmqpConnectionListener([$"amqp://127.0.0.1:{_port}"], settings, connections);
        _listener.Open();
    }

    /// <summary>Breaks every connection off and listens no more.</summary>
    public void Stop()
    {
        _links.Abort();
        _listener?.Close();
        _links.Abort();
        _listener = null;
    }

    /// <summary>Breaks every connection off; clients may come again at once.</summary>
    public void DropConnections() => _links.Abort();

    /// <summary>Lets every session lock of a queue expire now; returns how many there were.</summary>
    public int ExpireLocks(string queue) => Find(queue).ExpireLocks();

    /// <summary>Messages of a queue that are not dead letters, delivered and scheduled ones included.</summary>
    public int CountMessages(string queue) => Find(queue).Count();

    /// <summary>Dead letters of a queue that a receiver has locked.</summary>
    public int CountLockedDeadLetters(string queue) => Find(queue).DeadLetters.CountLocked();

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        foreach (var queue in _queues)
            queue.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private BrokerQueue Find(string name) => _queues.SingleOrDefault(queue => queue.Name == name)
        ?? throw new ArgumentException(
            $"There is no queue '{name}'; there are {string.Join(", ", _queues.Select(queue => queue.Name))}.", nameof(name));
}

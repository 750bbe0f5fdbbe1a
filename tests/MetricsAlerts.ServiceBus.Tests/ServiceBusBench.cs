using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>A queue on the test broker, with what tests of it need.</summary>
internal sealed class ServiceBusBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<ServiceBusClient> _clients = [];

    public ServiceBusBench(Func<BrokerOptions, BrokerOptions>? with = null, ServiceBusClientOptions? options = null)
    {
        var plain = new BrokerOptions { Queues = [Definition], Time = Time };
        Broker = new(with is null ? plain : with(plain));
        Queue = Open(options);
    }

    public static QueueDefinition Definition { get; } = new("bench") { MaxDeliveryCount = 3 };

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    public TestBroker Broker { get; }

    public ServiceBusQueue Queue { get; }

    /// <summary>Messages that are in the queue.</summary>
    public int Left => Broker.CountMessages(Definition.Name);

    /// <summary>The client of <see cref="Queue"/>, for what the adapter does not do.</summary>
    public ServiceBusClient Client => _clients[0];

    /// <summary>A client that gives up soon.</summary>
    public static ServiceBusClientOptions Impatient(double seconds) =>
        new() { RetryOptions = new() { TryTimeout = TimeSpan.FromSeconds(seconds), MaxRetries = 0 } };

    public static QueueMessage Message(string id, string session = "s") => new(id, session, "test/1", "{}"u8.ToArray());

    /// <summary>Returns when it is so, of what happens on other threads.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!isSo())
            await timer.WaitForNextTickAsync(timeout.Token);
    }

    /// <summary>The queue over a client of its own.</summary>
    public ServiceBusQueue Open(ServiceBusClientOptions? options = null)
    {
        _clients.Add(new(Broker.ConnectionString, options ?? ServiceBusConnection.Options));
        return new(_clients[^1], Definition, Time);
    }

    public Task SendAsync(params string[] ids) => Queue.SendAsync([.. ids.Select(id => Message(id))], Cancellation);

    public async Task<IQueueSession> AcceptAsync()
    {
        var session = await Queue.AcceptNextSessionAsync(TimeSpan.FromSeconds(5), Cancellation);
        Assert.NotNull(session);
        return session;
    }

    /// <summary>Sends messages and dead-letters them; returns their numbers.</summary>
    public async Task<IReadOnlyList<long>> DeadLetterAsync(params string[] ids)
    {
        await SendAsync(ids);
        var numbers = new List<long>();
        await using var session = await AcceptAsync();
        while (numbers.Count < ids.Length)
        {
            foreach (var message in await session.ReceiveAsync(100, Cancellation))
            {
                await session.DeadLetterAsync(message, "Reason", "Words.", Cancellation);
                numbers.Add(message.SequenceNumber);
            }
        }

        return numbers;
    }

    /// <summary>Takes everything off the queue; returns each delivery's message id and delivery count.</summary>
    public async Task<IReadOnlyList<(string Id, int Deliveries)>> DrainAsync()
    {
        var taken = new List<(string, int)>();
        while (Left > 0)
        {
            await using var session = await AcceptAsync();
            foreach (var message in await session.ReceiveAsync(100, Cancellation))
            {
                taken.Add((message.MessageId, message.DeliveryCount));
                await session.CompleteAsync(message, Cancellation);
            }
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        Broker.Dispose();
    }
}

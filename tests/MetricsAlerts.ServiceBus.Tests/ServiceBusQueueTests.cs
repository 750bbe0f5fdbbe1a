using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;
using MetricsAlerts.Testing.Contracts;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>
/// The contract of queues on the real client, over AMQP: on the test broker or, where there is one, on Microsoft's emulator.
/// </summary>
public sealed class ServiceBusQueueTests(Emulator emulator) : QueueContract, IClassFixture<Emulator>, IAsyncDisposable
{
    private readonly List<ServiceBusClient> _clients = [];
    private TestBroker? _broker;
    private string? _emulated;

    protected override bool GoesByTime => emulator.ConnectionString is null;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        _broker?.Dispose();
    }

    protected override IQueue Open(QueueDefinition definition)
    {
        var connection = emulator.ConnectionString;
        if (connection is null)
            connection = (_broker ??= new(new() { Queues = [definition], Time = Time })).ConnectionString;
        else
            definition = definition with { Name = _emulated ??= emulator.NextQueue() };
        _clients.Add(new(connection, ServiceBusConnection.Options));
        return new ServiceBusQueue(_clients[^1], definition, Time);
    }
}

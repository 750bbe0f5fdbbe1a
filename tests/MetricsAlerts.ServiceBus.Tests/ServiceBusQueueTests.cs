using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;
using MetricsAlerts.Testing.Contracts;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>The contract of queues on the real client, over AMQP.</summary>
public sealed class ServiceBusQueueTests : QueueContract, IAsyncDisposable
{
    private readonly List<ServiceBusClient> _clients = [];
    private TestBroker? _broker;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        _broker?.Dispose();
    }

    protected override IQueue Open(QueueDefinition definition)
    {
        _broker ??= new(new() { Queues = [definition], Time = Time });
        _clients.Add(new(_broker.ConnectionString, ServiceBusConnection.Options));
        return new ServiceBusQueue(_clients[^1], definition, Time);
    }
}

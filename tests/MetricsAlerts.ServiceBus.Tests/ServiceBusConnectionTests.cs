using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.ServiceBus.Tests;

public sealed class ServiceBusConnectionTests
{
    [Fact]
    public async Task The_pipelines_queues_are_reached_by_a_connection_string()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var broker = new TestBroker(new() { Queues = QueueDefinitions.All });
        await using var services = Services(("ServiceBus", broker.ConnectionString));
        var queues = services.GetRequiredService<PipelineQueues>();

        foreach (var (stage, queue) in queues.ByStage)
        {
            await queue.SendAsync([new(stage, stage, "test/1", "{}"u8.ToArray())], cancellation);
            await using var session = await queue.AcceptNextSessionAsync(TimeSpan.FromSeconds(5), cancellation);
            Assert.Equal(stage, session?.SessionId);
        }
    }

    [Fact]
    public async Task A_namespace_is_reached_by_its_name()
    {
        await using var services = Services(("ServiceBus:fullyQualifiedNamespace", "somewhere.servicebus.windows.net"));
        Assert.Equal("somewhere.servicebus.windows.net", services.GetRequiredService<ServiceBusClient>().FullyQualifiedNamespace);
    }

    [Fact]
    public void Without_an_address_the_settings_are_named()
    {
        using var services = Services();
        var refused = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<PipelineQueues>());
        Assert.Contains("ServiceBus__fullyQualifiedNamespace", refused.Message, StringComparison.Ordinal);
    }

    // functions D7: 60 s, four times over.
    [Fact]
    public void A_broker_that_does_not_answer_holds_nobody_up_for_longer_than_a_minute()
    {
        var retry = ServiceBusConnection.Options.RetryOptions;
        var longest = (retry.TryTimeout * (retry.MaxRetries + 1)) + (retry.MaxDelay * retry.MaxRetries);
        Assert.InRange(longest, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1));
    }

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        return new ServiceCollection().AddSingleton(TimeProvider.System).AddServiceBus(configuration).BuildServiceProvider();
    }
}

using MetricsAlerts.Messaging;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Core.Tests.Messaging;

/// <summary>Both heads say the same of a message that fails: that it is given back, and in the end that it is dead-lettered.</summary>
public sealed class DeliveryLogTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int MostDeliveries => QueueDefinitions.Notifications.MaxDeliveryCount;

    [Fact]
    public async Task The_embedded_head_says_nine_times_that_it_is_given_back_and_once_that_it_is_dead_lettered()
    {
        var log = new Lines<QueueWorker>();
        await _pipeline.Notifications.SendAsync([new("m1", "s1", "x/1", "{}"u8.ToArray())], Cancellation);
        var worker = new QueueWorker(_pipeline.Notifications, new Failing(), _pipeline.Time, log);
        for (var delivery = 0; delivery <= MostDeliveries; delivery++)
            await worker.DrainAsync(1, Cancellation);

        Assert.Equal([.. Enumerable.Repeat(401, MostDeliveries - 1), 402], log.Ids);
    }

    [Fact]
    public async Task The_Functions_head_says_of_the_last_delivery_only_that_it_is_dead_lettered()
    {
        var log = new Lines<TriggeredDelivery>();
        var message = new ReceivedMessage("m1", "s1", "x/1", "{}"u8.ToArray(), MostDeliveries, 1, _pipeline.Now);
        await new TriggeredDelivery(_pipeline.Time, log)
            .DeliverAsync(QueueDefinitions.Notifications, new Failing(), message, _ => Task.CompletedTask, Cancellation);

        Assert.Equal([402], log.Ids);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private sealed class Failing : IMessageHandler
    {
        public Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken) => throw new TimeoutException("No answer.");
    }

    private sealed class Lines<T> : ILogger<T>
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Ids.Add(eventId.Id);
    }
}

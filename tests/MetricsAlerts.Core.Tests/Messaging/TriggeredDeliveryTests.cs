using MetricsAlerts.Messaging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Core.Tests.Messaging;

/// <summary>A trigger's host gives a message back when the function fails, and the queue delivers it again at once.</summary>
public sealed class TriggeredDeliveryTests
{
    private static readonly QueueDefinition Queue = new("work");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
    private readonly List<Settlement> _settled = [];
    private readonly List<TimeSpan> _waits = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // functions D3
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(120)]
    public async Task What_is_in_flight_when_the_tables_fail_for_a_while_is_not_dead_lettered(int seconds)
    {
        var well = _time.GetUtcNow().AddSeconds(seconds);

        await HostAsync(() => _time.GetUtcNow() < well ? throw new TimeoutException("The tables do not answer.") : Settlement.Complete);

        Assert.Equal([Settlement.Complete], _settled);
    }

    [Fact]
    public async Task Each_failure_waits_longer_than_the_one_before_up_to_half_a_minute_and_the_last_is_dead_lettered_with_its_reason()
    {
        await HostAsync(() => throw new TimeoutException("The tables do not answer."));

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30, 30], _waits.Select(wait => wait.TotalSeconds));
        Assert.Equal(
            [new Settlement.DeadLetter("MaxDeliveryCountExceeded", "TimeoutException: The tables do not answer.")], _settled);
    }

    [Fact]
    public async Task A_settlement_that_fails_waits_too()
    {
        var failures = 3;

        await HostAsync(() => Settlement.Complete, _ => failures-- > 0 ? throw new TimeoutException("No answer.") : Task.CompletedTask);

        Assert.Equal([1, 2, 4], _waits.Select(wait => wait.TotalSeconds));
        Assert.Equal([Settlement.Complete], _settled);
    }

    [Fact]
    public async Task A_host_that_stops_is_not_kept_waiting_and_sees_what_went_wrong()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var delivery = DeliverAsync(1, () => throw new TimeoutException("No answer."), _ => Task.CompletedTask, stop.Token);
        Assert.False(delivery.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => delivery.WaitAsync(Cancellation));
        Assert.Empty(_settled);
    }

    // bus D4
    [Fact]
    public async Task What_a_stage_refuses_is_dead_lettered_at_once_with_a_description_that_Service_Bus_takes()
    {
        await HostAsync(() => new Settlement.DeadLetter("UnreadableMessage", new string('x', 5000)));

        Assert.Empty(_waits);
        Assert.Equal([new Settlement.DeadLetter("UnreadableMessage", new string('x', 1023) + "…")], _settled);
    }

    /// <summary>Delivers a message until it is settled, at once each time.</summary>
    private async Task HostAsync(Func<Settlement> stage, Func<Settlement, Task>? settle = null)
    {
        for (var count = 1; _settled.Count == 0; count++)
        {
            Assert.InRange(count, 1, Queue.MaxDeliveryCount);
            var began = _time.GetTimestamp();
            var delivery = DeliverAsync(count, stage, settle ?? (_ => Task.CompletedTask), Cancellation);
            while (!delivery.IsCompleted)
                _time.Advance(TimeSpan.FromSeconds(1));
            if (delivery.IsFaulted)
                _waits.Add(_time.GetElapsedTime(began));
            await delivery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task DeliverAsync(int count, Func<Settlement> stage, Func<Settlement, Task> settle, CancellationToken stopping) =>
        new TriggeredDelivery(_time, NullLogger<TriggeredDelivery>.Instance).DeliverAsync(
            Queue,
            new Stage(stage),
            new ReceivedMessage("1", "session", "schema/1", default, count, 1, _time.GetUtcNow()),
            async settlement =>
            {
                await settle(settlement);
                _settled.Add(settlement);
            },
            stopping);

    private sealed class Stage(Func<Settlement> handle) : IMessageHandler
    {
        public Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken) => Task.FromResult(handle());
    }
}

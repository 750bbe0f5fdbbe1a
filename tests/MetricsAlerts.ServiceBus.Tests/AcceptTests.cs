using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;
using static MetricsAlerts.ServiceBus.Tests.ServiceBusBench;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>Null means that no session is free, and nothing else does (bus D3).</summary>
public sealed class AcceptTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    public async Task A_broker_that_is_not_there_is_no_idle_queue(double maxWaitSeconds)
    {
        // The client tries for longer than that.
        await using var bench = new ServiceBusBench();
        bench.Broker.Stop();

        await Assert.ThrowsAsync<ServiceBusException>(
            () => bench.Queue.AcceptNextSessionAsync(TimeSpan.FromSeconds(maxWaitSeconds), Cancellation));
    }

    // functions D7
    [Fact]
    public async Task A_broker_that_takes_questions_and_never_answers_is_no_idle_queue()
    {
        await using var bench = new ServiceBusBench(options: Impatient(0.5));
        var never = new TaskCompletionSource();
        bench.Broker.Faults.Next(BrokerOperation.PutToken, [.. Enumerable.Repeat(new Fault.Delay(() => never.Task), 20)]);

        await Assert.ThrowsAsync<ServiceBusException>(() => bench.Queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task A_session_that_is_free_is_had_however_long_it_takes_to_ask()
    {
        await using var bench = new ServiceBusBench();
        await bench.SendAsync("1");
        var slow = bench.Open();
        var slowToken = new Fault.Delay(TimeSpan.FromSeconds(1.3));
        bench.Broker.Faults.Next(BrokerOperation.PutToken, [.. Enumerable.Repeat(slowToken, 4)]);

        await using var session = await slow.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);

        Assert.Equal("s", session?.SessionId);
    }

    [Fact]
    public async Task A_queue_that_is_missing_is_named()
    {
        await using var bench = new ServiceBusBench();
        var missing = new ServiceBusQueue(bench.Client, new("missing"), bench.Time);

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => missing.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, refused.Reason);
    }

    [Fact]
    public async Task Whoever_is_cancelled_while_waiting_holds_no_session()
    {
        await using var bench = new ServiceBusBench();
        using var cancelled = new CancellationTokenSource();
        var waiting = bench.Queue.AcceptNextSessionAsync(TimeSpan.FromMinutes(1), cancelled.Token);
        await UntilAsync(() => bench.Broker.Operations[BrokerOperation.AcceptSession] == 1);

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await bench.SendAsync("1");
        await using var next = await bench.AcceptAsync();
        Assert.Equal("s", next.SessionId);
    }

    [Fact]
    public async Task Whoever_is_cancelled_while_the_answer_is_on_its_way_holds_no_session()
    {
        await using var bench = new ServiceBusBench();
        await bench.SendAsync("1");
        for (var race = 0; race < 20; race++)
        {
            using var cancelled = new CancellationTokenSource();
            var answer = new TaskCompletionSource();
            bench.Broker.Faults.Next(BrokerOperation.AcceptSession, new Fault.Delay(() => answer.Task));
            var asked = bench.Broker.Operations[BrokerOperation.AcceptSession];
            var accepting = bench.Queue.AcceptNextSessionAsync(TimeSpan.FromMinutes(1), cancelled.Token);
            await UntilAsync(() => bench.Broker.Operations[BrokerOperation.AcceptSession] > asked);

            answer.SetResult();
            await cancelled.CancelAsync();
            try
            {
                await using var session = await accepting;
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Equal([("1", 1)], await bench.DrainAsync());
    }

    [Fact]
    public async Task A_wait_may_be_longer_than_the_client_tries()
    {
        await using var bench = new ServiceBusBench(options => options with { Time = TimeProvider.System }, Impatient(0.3));
        var waiting = bench.Queue.AcceptNextSessionAsync(TimeSpan.FromMinutes(1), Cancellation);
        await UntilAsync(() => bench.Broker.Operations[BrokerOperation.AcceptSession] >= 3);

        await bench.Open().SendAsync([Message("1")], Cancellation);

        await using var session = await waiting;
        Assert.NotNull(session);
    }

    [Fact]
    public async Task All_that_come_to_nothing_together_ask_once_whether_the_queue_is_there()
    {
        await using var bench = new ServiceBusBench();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => bench.Queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation)));

        Assert.InRange(bench.Broker.Operations[BrokerOperation.Peek], 1, 4);
    }
}

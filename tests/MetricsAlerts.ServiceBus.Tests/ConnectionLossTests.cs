using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;
using static MetricsAlerts.ServiceBus.Tests.ServiceBusBench;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>
/// The connection breaks off in the middle of each operation: before the broker does it, and before it says so. Nothing is lost, and
/// nothing comes twice but what was delivered and not settled.
/// </summary>
public sealed class ConnectionLossTests : IAsyncDisposable
{
    private readonly ServiceBusBench _bench = new();

    public static TheoryData<Moment> Moments => [.. Enum.GetValues<Moment>()];

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Sending_goes_on_and_sends_once(Moment moment)
    {
        Break(BrokerOperation.Send, moment);

        await _bench.SendAsync("1", "2", "3");

        AssertMet();
        Assert.Equal([("1", 1), ("2", 1), ("3", 1)], await _bench.DrainAsync());
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Accepting_goes_on_and_holds_one_session(Moment moment)
    {
        await _bench.SendAsync("1");
        Break(BrokerOperation.AcceptSession, moment);

        await using (var session = await _bench.AcceptAsync())
            Assert.Equal("s", session.SessionId);

        AssertMet();
        Assert.Equal([("1", 1)], await _bench.DrainAsync());
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Receiving_loses_the_lock_and_no_message(Moment moment)
    {
        await _bench.SendAsync("1", "2");
        await using var session = await _bench.AcceptAsync();
        Break(BrokerOperation.Receive, moment);

        // What was received before the connection broke cannot be settled any more.
        await Assert.ThrowsAsync<QueueLockLostException>(async () =>
        {
            foreach (var message in await session.ReceiveAsync(1, Cancellation))
                await session.CompleteAsync(message, Cancellation);
            await session.ReceiveAsync(1, Cancellation);
        });

        AssertMet();
        Assert.Equal([("1", 1), ("2", 1)], await _bench.DrainAsync());
    }

    [Theory]
    [InlineData(Moment.Before, "1", "2")]
    [InlineData(Moment.After, "2")]
    public Task Completing_loses_the_lock_and_the_message_comes_again_where_it_was_not_done(Moment moment, params string[] again) =>
        SettleAsync(BrokerOperation.Complete, moment, (session, message) => session.CompleteAsync(message, Cancellation), again);

    [Theory]
    [InlineData(Moment.Before, "1", "2")]
    [InlineData(Moment.After, "1", "2")]
    public Task Abandoning_loses_the_lock_and_the_message_comes_again(Moment moment, params string[] again) =>
        SettleAsync(BrokerOperation.Abandon, moment, (session, message) => session.AbandonAsync(message, Cancellation), again);

    [Theory]
    [InlineData(Moment.Before, "1", "2")]
    [InlineData(Moment.After, "2")]
    public async Task Dead_lettering_loses_the_lock_and_the_message_is_in_one_place(Moment moment, params string[] again)
    {
        await SettleAsync(
            BrokerOperation.DeadLetter, moment,
            (session, message) => session.DeadLetterAsync(message, "Reason", "Words.", Cancellation), again);

        Assert.Equal(2 - again.Length, (await _bench.Queue.PeekDeadLettersAsync(10, Cancellation)).Count);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Renewing_loses_the_lock_and_the_message_comes_again(Moment moment)
    {
        await _bench.SendAsync("1");
        await using var session = await _bench.AcceptAsync();
        var message = Assert.Single(await session.ReceiveAsync(1, Cancellation));
        Break(BrokerOperation.Renew, moment);

        await Assert.ThrowsAsync<QueueLockLostException>(async () =>
        {
            await session.RenewLockAsync(Cancellation);
            await session.CompleteAsync(message, Cancellation);
        });

        AssertMet();
        Assert.Equal([("1", 1)], await _bench.DrainAsync());
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Peeking_goes_on_and_sees_each_once(Moment moment)
    {
        await _bench.DeadLetterAsync("1", "2", "3");
        Break(BrokerOperation.Peek, moment);

        var letters = await _bench.Queue.PeekDeadLettersAsync(10, Cancellation);

        AssertMet();
        Assert.Equal(["1", "2", "3"], letters.Select(letter => letter.Message.MessageId));
    }

    /// <summary>A removal looks, receives and completes.</summary>
    [Theory]
    [InlineData(BrokerOperation.Peek, Moment.Before)]
    [InlineData(BrokerOperation.Peek, Moment.After)]
    [InlineData(BrokerOperation.Receive, Moment.Before)]
    [InlineData(BrokerOperation.Receive, Moment.After)]
    [InlineData(BrokerOperation.Complete, Moment.Before)]
    [InlineData(BrokerOperation.Complete, Moment.After)]
    [InlineData(BrokerOperation.Abandon, Moment.Before)]
    [InlineData(BrokerOperation.Abandon, Moment.After)]
    public async Task Removing_a_dead_letter_takes_that_one_or_says_that_it_could_not(BrokerOperation operation, Moment moment)
    {
        var numbers = await _bench.DeadLetterAsync("1", "2", "3");
        Break(operation, moment);

        var removed = await RemoveAsync(numbers[1]);
        AssertMet();

        var left = (await _bench.Queue.PeekDeadLettersAsync(10, Cancellation)).Select(letter => letter.Message.MessageId).ToList();
        Assert.Equal(removed ? ["1", "3"] : ["1", "2", "3"], left);
        _bench.Time.Advance(Definition.LockDuration);
        Assert.Equal(!removed, await RemoveAsync(numbers[1]));
    }

    /// <summary>Whether the letter was removed; what is locked cannot be for now.</summary>
    private async Task<bool> RemoveAsync(long number)
    {
        try
        {
            return await _bench.Queue.RemoveDeadLetterAsync(number, Cancellation) is not null;
        }
        catch (Exception exception) when (exception is DeadLetterLockedException or ServiceBusException)
        {
            return await _bench.Queue.FindDeadLetterAsync(number, Cancellation) is null;
        }
    }

    private async Task SettleAsync(
        BrokerOperation operation, Moment moment, Func<IQueueSession, ReceivedMessage, Task> settle, string[] again)
    {
        await _bench.SendAsync("1", "2");
        await using var session = await _bench.AcceptAsync();
        var message = Assert.Single(await session.ReceiveAsync(1, Cancellation));
        Break(operation, moment);

        await Assert.ThrowsAsync<QueueLockLostException>(() => settle(session, message));

        AssertMet();
        Assert.Equal(again, (await _bench.DrainAsync()).Select(delivery => delivery.Id));
    }

    private void Break(BrokerOperation operation, Moment moment) =>
        _bench.Broker.Faults.Next(operation, new Fault.DropConnection(moment));

    private void AssertMet() => Assert.True(_bench.Broker.Faults.AllMet, "The connection did not break.");
}

using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.Operations;
using MetricsAlerts.Testing.Amqp;
using static MetricsAlerts.ServiceBus.Tests.ServiceBusBench;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>What the contract does not say of dead letters: locks, costs, and what others sent.</summary>
public sealed class DeadLetterTests : IAsyncDisposable
{
    private static readonly ServiceBusReceiverOptions DeadLetters = new() { SubQueue = SubQueue.DeadLetter };

    private readonly ServiceBusBench _bench = new(options => options with { PeekPage = 7 });

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    // bus D1, functions D5
    [Fact]
    public async Task To_remove_one_leaves_no_other_locked()
    {
        var numbers = await _bench.DeadLetterAsync("1", "2", "3", "4", "5");

        Assert.NotNull(await _bench.Queue.RemoveDeadLetterAsync(numbers[3], Cancellation));

        await UntilAsync(() => _bench.Broker.CountLockedDeadLetters(Definition.Name) == 0);
    }

    [Fact]
    public async Task One_whose_removal_was_taken_when_the_connection_was_lost_is_removed()
    {
        var numbers = await _bench.DeadLetterAsync("1", "2", "3");
        _bench.Broker.Faults.Next(BrokerOperation.Complete, new Fault.DropConnection(Moment.After));

        Assert.NotNull(await _bench.Queue.RemoveDeadLetterAsync(numbers[2], Cancellation));
        Assert.Equal(2, (await _bench.Queue.PeekDeadLettersAsync(10, Cancellation)).Count);
    }

    [Fact]
    public async Task One_that_stays_locked_by_a_connection_that_was_lost_is_said_to_be_locked()
    {
        var number = (await _bench.DeadLetterAsync("1"))[0];
        _bench.Broker.Faults.Next(BrokerOperation.Complete, new Fault.DropConnection(Moment.Before));

        await Assert.ThrowsAsync<DeadLetterLockedException>(() => _bench.Queue.RemoveDeadLetterAsync(number, Cancellation));
        Assert.Single(await _bench.Queue.PeekDeadLettersAsync(10, Cancellation));
    }

    // bus D1
    [Fact]
    public async Task To_remove_one_that_is_not_there_touches_none()
    {
        var numbers = await _bench.DeadLetterAsync("1", "2");
        _bench.Broker.Operations.Clear();

        Assert.Null(await _bench.Queue.RemoveDeadLetterAsync(numbers[1] + 1, Cancellation));

        Assert.Equal((0, 1), (_bench.Broker.Operations[BrokerOperation.Receive], _bench.Broker.Operations[BrokerOperation.Peek]));
    }

    // bus D1: "null" would have meant that it is gone.
    [Fact]
    public async Task One_that_somebody_else_has_locked_is_not_said_to_be_gone()
    {
        var number = (await _bench.DeadLetterAsync("1"))[0];
        await using var other = _bench.Client.CreateReceiver(Definition.Name, DeadLetters);
        Assert.NotNull(await other.ReceiveMessageAsync(cancellationToken: Cancellation));

        var locked = await Assert.ThrowsAsync<DeadLetterLockedException>(() => _bench.Queue.RemoveDeadLetterAsync(number, Cancellation));

        Assert.Equal($"Dead letter {number} of queue 'bench' is locked by another receiver; a lock lasts 00:01:00.", locked.Message);
    }

    // bus D1: five replayed one after another left four in the queue.
    [Fact]
    public async Task Those_that_are_replayed_one_after_another_are_gone_and_sent_once_each()
    {
        var numbers = await _bench.DeadLetterAsync("1", "2", "3", "4", "5");
        var letters = new DeadLetterQueues(new(_bench.Queue, _bench.Queue, _bench.Queue));

        foreach (var number in numbers)
            Assert.True(await letters.ReplayAsync(Definition.Name, number, Cancellation));

        Assert.Empty(await _bench.Queue.PeekDeadLettersAsync(10, Cancellation));
        Assert.False(await letters.ReplayAsync(Definition.Name, numbers[0], Cancellation));
        Assert.Equal(5, (await _bench.DrainAsync()).Count);
    }

    // bus D1, functions D5: the second try sent a second time.
    [Fact]
    public async Task One_that_could_not_be_removed_is_sent_once_however_often_it_is_replayed()
    {
        var number = (await _bench.DeadLetterAsync("1"))[0];
        var letters = new DeadLetterQueues(new(_bench.Queue, _bench.Queue, _bench.Queue));
        await using var other = _bench.Client.CreateReceiver(Definition.Name, DeadLetters);
        var locked = await other.ReceiveMessageAsync(cancellationToken: Cancellation);
        await Assert.ThrowsAsync<DeadLetterLockedException>(() => letters.ReplayAsync(Definition.Name, number, Cancellation));
        await other.AbandonMessageAsync(locked, cancellationToken: Cancellation);

        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await letters.ReplayAsync(Definition.Name, number, Cancellation));

        Assert.Single(await _bench.DrainAsync());
    }

    // bus D9, functions D7
    [Fact]
    public async Task To_find_one_costs_one_look_however_many_there_are()
    {
        var numbers = await _bench.DeadLetterAsync([.. Enumerable.Range(1, 30).Select(number => $"{number}")]);
        _bench.Broker.Operations.Clear();

        Assert.Equal("30", (await _bench.Queue.FindDeadLetterAsync(numbers[^1], Cancellation))?.Message.MessageId);

        Assert.Equal(1, _bench.Broker.Operations[BrokerOperation.Peek]);
    }

    [Fact]
    public async Task They_are_peeked_at_in_as_many_parts_as_the_service_likes()
    {
        await _bench.DeadLetterAsync([.. Enumerable.Range(1, 20).Select(number => $"{number}")]);

        Assert.Equal(
            Enumerable.Range(1, 20).Select(number => $"{number}"),
            (await _bench.Queue.PeekDeadLettersAsync(50, Cancellation)).Select(letter => letter.Message.MessageId));
        Assert.Equal(9, (await _bench.Queue.PeekDeadLettersAsync(9, Cancellation)).Count);
    }

    // bus D6
    [Fact]
    public async Task What_others_sent_and_dead_lettered_without_a_word_has_empty_words()
    {
        await using var sender = _bench.Client.CreateSender(Definition.Name);
        await sender.SendMessageAsync(new("{}") { SessionId = "foreign" }, Cancellation);
        await using (var receiver = await _bench.Client.AcceptNextSessionAsync(Definition.Name, cancellationToken: Cancellation))
        {
            var message = await receiver.ReceiveMessageAsync(cancellationToken: Cancellation);
            Assert.Equal("", MessageMapping.ToReceived(message).Schema);
            await receiver.DeadLetterMessageAsync(message, cancellationToken: Cancellation);
        }

        var letter = Assert.Single(await _bench.Queue.PeekDeadLettersAsync(10, Cancellation));
        Assert.Equal(("", "", "", "foreign"), (letter.Message.Schema, letter.Reason, letter.Description, letter.Message.SessionId));
        Assert.Equal(letter.Message.EnqueuedAt, letter.At);
    }
}

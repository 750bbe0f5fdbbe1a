using System.Text;
using MetricsAlerts.Messaging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace MetricsAlerts.Testing.Contracts;

/// <summary>What every <see cref="IQueue"/> does. An adapter's tests derive from it.</summary>
public abstract class QueueContract
{
    private static readonly QueueDefinition Definition = new("contract")
    {
        LockDuration = TimeSpan.FromMinutes(1),
        DuplicateDetectionWindow = TimeSpan.FromMinutes(10),
        MaxDeliveryCount = 3,
    };

    /// <summary>The time that the queue goes by.</summary>
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    /// <summary>
    /// Whether <see cref="Time"/> is the queue's own; a real service goes by a real clock, and what needs another is skipped.
    /// </summary>
    protected virtual bool GoesByTime => true;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The queue of the test, opened once more: another consumer of the same messages.</summary>
    protected abstract IQueue Open(QueueDefinition definition);

    [Fact]
    public async Task A_message_arrives_with_all_that_was_sent()
    {
        var queue = Open(Definition);
        await queue.SendAsync([new("m1", "s1", "test/1", Encoding.UTF8.GetBytes("{\"a\":1}")) { TraceParent = "00-1-2-01" }], Cancellation);

        await using var session = await AcceptAsync(queue);
        var message = Assert.Single(await session.ReceiveAsync(10, Cancellation));

        Assert.Equal(
            ("m1", "s1", "test/1", "{\"a\":1}", 1, "00-1-2-01"),
            (
                message.MessageId,
                message.SessionId,
                message.Schema,
                Encoding.UTF8.GetString(message.Body.Span),
                message.DeliveryCount,
                message.TraceParent));
    }

    [Fact]
    public async Task Messages_of_a_session_come_in_order()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a"), Message("2", "b"), Message("3", "a"), Message("4", "a")], Cancellation);

        await using var session = await AcceptAsync(queue);

        Assert.Equal(["1", "3", "4"], Ids(await session.ReceiveAsync(10, Cancellation)));
    }

    [Fact]
    public async Task A_session_has_one_consumer_at_a_time()
    {
        var (one, other) = (Open(Definition), Open(Definition));
        await one.SendAsync([Message("1", "a"), Message("2", "b"), Message("3", "a")], Cancellation);

        await using var first = await AcceptAsync(one);
        await using var second = await AcceptAsync(other);

        Assert.Equal(["a", "b"], new[] { first.SessionId, second.SessionId }.Order());
        Assert.Null(await other.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Many_that_ask_at_the_same_time_get_a_session_each()
    {
        var consumers = Enumerable.Range(0, 2).Select(_ => Open(Definition)).ToList();
        await consumers[0].SendAsync([.. Enumerable.Range(0, 60).Select(number => Message($"{number}", $"s{number % 30}"))], Cancellation);

        var accepted = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(
                number => Task.Run(() => consumers[number % 2].AcceptNextSessionAsync(TimeSpan.Zero, Cancellation), Cancellation)));

        var sessions = accepted.OfType<IQueueSession>().ToList();
        Assert.Equal(30, sessions.Select(session => session.SessionId).Distinct().Count());
        Assert.Equal(30, sessions.Count);
        foreach (var session in sessions)
        {
            Assert.Equal(2, (await session.ReceiveAsync(10, Cancellation)).Count);
            await session.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_completed_message_does_not_come_again()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a")], Cancellation);
        await using (var session = await AcceptAsync(queue))
            await session.CompleteAsync((await session.ReceiveAsync(1, Cancellation))[0], Cancellation);

        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task What_was_received_but_not_settled_comes_again_without_being_counted()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a"), Message("2", "a")], Cancellation);
        await using (var session = await AcceptAsync(queue))
            await session.ReceiveAsync(2, Cancellation);

        await using var again = await AcceptAsync(queue);
        var messages = await again.ReceiveAsync(2, Cancellation);

        Assert.Equal(["1", "2"], Ids(messages));
        Assert.All(messages, message => Assert.Equal(1, message.DeliveryCount));
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_and_is_counted_until_it_is_dead_lettered()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a")], Cancellation);
        for (var delivery = 1; delivery <= Definition.MaxDeliveryCount; delivery++)
        {
            await using var session = await AcceptAsync(queue);
            var message = Assert.Single(await session.ReceiveAsync(1, Cancellation));
            Assert.Equal(delivery, message.DeliveryCount);
            await session.AbandonAsync(message, Cancellation);
        }

        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        var dead = Assert.Single(await queue.PeekDeadLettersAsync(10, Cancellation));
        Assert.Equal(("1", "MaxDeliveryCountExceeded"), (dead.Message.MessageId, dead.Reason));
    }

    [Fact]
    public async Task A_dead_lettered_message_keeps_its_reason()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a"), Message("2", "a")], Cancellation);
        await using (var session = await AcceptAsync(queue))
            await session.DeadLetterAsync(
                (await session.ReceiveAsync(1, Cancellation))[0], "UnreadableMessage", "It is not JSON.", Cancellation);

        var dead = Assert.Single(await queue.PeekDeadLettersAsync(10, Cancellation));
        Assert.Equal(("1", "UnreadableMessage", "It is not JSON."), (dead.Message.MessageId, dead.Reason, dead.Description));
        await using var next = await AcceptAsync(queue);
        Assert.Equal(["2"], Ids(await next.ReceiveAsync(10, Cancellation)));
    }

    // bus D5
    [Fact]
    public async Task A_dead_letter_says_when_it_became_one()
    {
        Assert.SkipUnless(GoesByTime, "The queue goes by a real clock.");
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a")], Cancellation);
        Time.Advance(TimeSpan.FromMinutes(5));

        await DeadLetterAsync(queue, 1);

        Assert.Equal(Time.GetUtcNow(), Assert.Single(await queue.PeekDeadLettersAsync(10, Cancellation)).At);
    }

    // bus D4
    [Fact]
    public async Task A_long_description_is_cut_and_does_not_keep_a_message_from_the_dead_letters()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a")], Cancellation);
        await using (var session = await AcceptAsync(queue))
            await session.DeadLetterAsync(
                (await session.ReceiveAsync(1, Cancellation))[0], new string('r', 5000), new string('d', 5000), Cancellation);

        var dead = Assert.Single(await queue.PeekDeadLettersAsync(10, Cancellation));
        Assert.Equal((QueueLimits.CutReason(dead.Reason), QueueLimits.CutDescription(dead.Description)), (dead.Reason, dead.Description));
        Assert.StartsWith("ddd", dead.Description, StringComparison.Ordinal);
    }

    // bus D1
    [Fact]
    public async Task Dead_letters_are_removed_one_after_another_and_the_others_stay()
    {
        var queue = Open(Definition);
        await queue.SendAsync([.. Enumerable.Range(1, 5).Select(number => Message($"{number}", "a"))], Cancellation);
        await DeadLetterAsync(queue, 5);
        var numbers = (await queue.PeekDeadLettersAsync(10, Cancellation)).ToDictionary(
            letter => letter.Message.MessageId, letter => letter.Message.SequenceNumber);

        foreach (var id in (string[])["3", "1", "5", "2"])
            Assert.Equal(id, (await queue.RemoveDeadLetterAsync(numbers[id], Cancellation))?.Message.MessageId);

        Assert.Null(await queue.RemoveDeadLetterAsync(numbers["3"], Cancellation));
        Assert.Null(await queue.RemoveDeadLetterAsync(numbers.Values.Max() + 1, Cancellation));
        Assert.Equal(["4"], (await queue.PeekDeadLettersAsync(10, Cancellation)).Select(letter => letter.Message.MessageId));
    }

    // bus D1
    [Fact]
    public async Task Dead_letters_are_removed_at_the_same_time()
    {
        var queue = Open(Definition);
        await queue.SendAsync([.. Enumerable.Range(1, 6).Select(number => Message($"{number}", "a"))], Cancellation);
        await DeadLetterAsync(queue, 6);
        var letters = await queue.PeekDeadLettersAsync(10, Cancellation);

        var removed = await Task.WhenAll(
            letters.Select(letter => Open(Definition).RemoveDeadLetterAsync(letter.Message.SequenceNumber, Cancellation)));

        Assert.Equal(
            letters.Select(letter => letter.Message.MessageId), removed.Select(letter => letter?.Message.MessageId));
        Assert.Empty(await queue.PeekDeadLettersAsync(10, Cancellation));
    }

    // bus D9
    [Fact]
    public async Task A_dead_letter_is_found_by_its_number_and_stays()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a"), Message("2", "a"), Message("3", "a")], Cancellation);
        await DeadLetterAsync(queue, 3);
        var second = (await queue.PeekDeadLettersAsync(10, Cancellation))[1].Message.SequenceNumber;

        Assert.Equal("2", (await queue.FindDeadLetterAsync(second, Cancellation))?.Message.MessageId);
        Assert.Null(await queue.FindDeadLetterAsync(second + 1000, Cancellation));
        Assert.Equal(3, (await queue.PeekDeadLettersAsync(10, Cancellation)).Count);
        Assert.Equal(2, (await queue.PeekDeadLettersAsync(2, Cancellation)).Count);
    }

    // bus D7, D8
    [Theory]
    [InlineData(129, 1, 1, "129 characters")]
    [InlineData(0, 1, 1, "0 characters")]
    [InlineData(1, 129, 1, "id 129")]
    [InlineData(1, 1, 250_001, "250001 bytes")]
    public async Task A_message_over_a_limit_is_refused_and_none_is_sent(int id, int session, int body, string found)
    {
        var queue = Open(Definition);
        var large = new QueueMessage(new string('i', id), new string('s', session), "test/1", new byte[body]);

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => queue.SendAsync([Message("1", "a"), large], Cancellation));

        Assert.Contains(found, refused.Message, StringComparison.Ordinal);
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
    }

    // bus D7, D8
    [Fact]
    public async Task Messages_at_the_limits_arrive()
    {
        var queue = Open(Definition);
        var (id, session) = (new string('i', QueueLimits.MaxIdLength), new string('s', QueueLimits.MaxIdLength));
        await queue.SendAsync([new(id, session, "test/1", new byte[QueueLimits.MaxBodyBytes]), Message("2", session)], Cancellation);

        await using var accepted = await AcceptAsync(queue);
        var first = Assert.Single(await accepted.ReceiveAsync(1, Cancellation));
        Assert.Equal((id, session, QueueLimits.MaxBodyBytes), (first.MessageId, first.SessionId, first.Body.Length));
    }

    [Fact]
    public async Task The_same_message_id_is_taken_once_within_the_window()
    {
        Assert.SkipUnless(GoesByTime, "The queue goes by a real clock.");
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a"), Message("1", "a")], Cancellation);
        await queue.SendAsync([Message("1", "b")], Cancellation);
        await using (var session = await AcceptAsync(queue))
            await session.CompleteAsync(Assert.Single(await session.ReceiveAsync(10, Cancellation)), Cancellation);
        await queue.SendAsync([Message("1", "a")], Cancellation);
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));

        Time.Advance(Definition.DuplicateDetectionWindow + TimeSpan.FromSeconds(1));
        await queue.SendAsync([Message("1", "a")], Cancellation);
        await using var later = await AcceptAsync(queue);
        Assert.Single(await later.ReceiveAsync(10, Cancellation));
    }

    [Fact]
    public async Task A_scheduled_message_is_not_seen_before_its_time()
    {
        Assert.SkipUnless(GoesByTime, "The queue goes by a real clock.");
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a") with { EnqueueAt = Time.GetUtcNow() + TimeSpan.FromMinutes(5) }], Cancellation);
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));

        Time.Advance(TimeSpan.FromMinutes(5));

        await using var session = await AcceptAsync(queue);
        Assert.Equal(["1"], Ids(await session.ReceiveAsync(10, Cancellation)));
    }

    [Fact]
    public async Task A_lock_that_expired_is_lost_and_another_consumer_goes_on()
    {
        Assert.SkipUnless(GoesByTime, "The queue goes by a real clock.");
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a")], Cancellation);
        await using var slow = await AcceptAsync(queue);
        var message = (await slow.ReceiveAsync(1, Cancellation))[0];
        Time.Advance(Definition.LockDuration + TimeSpan.FromSeconds(1));

        await using var other = await AcceptAsync(queue);
        var again = Assert.Single(await other.ReceiveAsync(1, Cancellation));

        Assert.Equal(2, again.DeliveryCount);
        await Assert.ThrowsAsync<QueueLockLostException>(() => slow.CompleteAsync(message, Cancellation));
        await Assert.ThrowsAsync<QueueLockLostException>(() => slow.RenewLockAsync(Cancellation));
        await other.CompleteAsync(again, Cancellation);
    }

    [Fact]
    public async Task A_renewed_lock_holds()
    {
        Assert.SkipUnless(GoesByTime, "The queue goes by a real clock.");
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "a")], Cancellation);
        await using var session = await AcceptAsync(queue);
        var message = (await session.ReceiveAsync(1, Cancellation))[0];
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(Definition.LockDuration / 2);
            await session.RenewLockAsync(Cancellation);
        }

        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        await session.CompleteAsync(message, Cancellation);
    }

    [Fact]
    public async Task Whoever_waits_is_woken_by_a_message()
    {
        var queue = Open(Definition);
        var waiting = queue.AcceptNextSessionAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.False(waiting.IsCompleted);

        await queue.SendAsync([Message("1", "a")], Cancellation);

        await using var session = await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal("a", session?.SessionId);
    }

    [Fact]
    public async Task The_session_that_has_waited_longest_comes_first()
    {
        var queue = Open(Definition);
        await queue.SendAsync([Message("1", "c"), Message("2", "a"), Message("3", "b")], Cancellation);

        await using var session = await AcceptAsync(queue);

        Assert.Equal("c", session.SessionId);
    }

    /// <summary>Dead-letters the next messages, which are of one session.</summary>
    private static async Task DeadLetterAsync(IQueue queue, int count)
    {
        await using var session = await AcceptAsync(queue);
        for (var i = 0; i < count; i++)
            await session.DeadLetterAsync(Assert.Single(await session.ReceiveAsync(1, Cancellation)), "Reason", "Words.", Cancellation);
    }

    private static QueueMessage Message(string id, string session) => new(id, session, "test/1", Encoding.UTF8.GetBytes($"\"{id}\""));

    private static IEnumerable<string> Ids(IEnumerable<ReceivedMessage> messages) => messages.Select(message => message.MessageId);

    private static async Task<IQueueSession> AcceptAsync(IQueue queue)
    {
        var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.NotNull(session);
        return session;
    }
}

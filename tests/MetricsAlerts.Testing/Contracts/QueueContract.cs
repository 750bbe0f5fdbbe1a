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

    [Fact]
    public async Task The_same_message_id_is_taken_once_within_the_window()
    {
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

    private static QueueMessage Message(string id, string session) => new(id, session, "test/1", Encoding.UTF8.GetBytes($"\"{id}\""));

    private static IEnumerable<string> Ids(IEnumerable<ReceivedMessage> messages) => messages.Select(message => message.MessageId);

    private static async Task<IQueueSession> AcceptAsync(IQueue queue)
    {
        var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.NotNull(session);
        return session;
    }
}

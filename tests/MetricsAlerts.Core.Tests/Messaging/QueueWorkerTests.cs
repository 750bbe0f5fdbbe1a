using MetricsAlerts.Messaging;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Core.Tests.Messaging;

public sealed class QueueWorkerTests : IAsyncDisposable
{
    private static readonly QueueDefinition Definition = new("work");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
    private readonly SqliteDatabase _database;
    private readonly ObservedQueue _queue;

    public QueueWorkerTests()
    {
        _database = new(Options.Create(new SqliteOptions { File = _folder.File("work.db"), Durability = Durability.Process }));
        _queue = new(new SqliteQueue(_database, Definition, _time));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_lock_is_kept_while_a_stage_takes_longer_than_it_lasts()
    {
        await SendAsync("1");
        var handler = new Handler(async (_, _) =>
        {
            for (var i = 0; i < 5; i++)
                await RenewalAsync(Definition.LockDuration / 2);
        });

        await Worker(handler).DrainAsync(1, Cancellation);

        Assert.Equal(["1"], handler.Messages);
        Assert.Empty(await LeftAsync());
    }

    // P16
    [Fact]
    public async Task A_renewal_that_fails_is_tried_again_and_the_lock_is_kept()
    {
        await SendAsync("1");
        var handler = new Handler(async (_, cancellation) =>
        {
            for (var i = 0; i < 3; i++)
            {
                _queue.RenewalsToFail = 2;
                await RenewalAsync(Definition.LockDuration / 2);
                await RenewalAsync(Definition.LockDuration / 12);
                await RenewalAsync(Definition.LockDuration / 12);
                cancellation.ThrowIfCancellationRequested();
            }
        });

        await Worker(handler).DrainAsync(1, Cancellation);

        Assert.Equal(9, _queue.Renewals);
        Assert.Equal(["1"], handler.Messages);
        Assert.Empty(await LeftAsync());
    }

    // P16
    [Fact]
    public async Task When_the_lock_is_lost_the_stage_is_cancelled_and_the_message_is_not_settled()
    {
        await SendAsync("1");
        _queue.RenewalsToFail = int.MaxValue;
        var cancelledAfter = TimeSpan.Zero;
        var handler = new Handler(async (_, cancellation) =>
        {
            if (cancelledAfter > TimeSpan.Zero)
                await Task.Delay(Timeout.Infinite, cancellation);
            var began = _time.GetTimestamp();
            while (!cancellation.IsCancellationRequested)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(5, Cancellation);
            }

            cancelledAfter = _time.GetElapsedTime(began);

            // It does not heed it, and says that all is well.
        });

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = Worker(handler).RunAsync(1, stop.Token);
        while (cancelledAfter == TimeSpan.Zero)
            await Task.Delay(5, Cancellation);
        await stop.CancelAsync();
        await running;

        Assert.InRange(cancelledAfter, Definition.LockDuration, Definition.LockDuration + TimeSpan.FromSeconds(10));
        Assert.Equal(0, _queue.Settlements);
        Assert.Equal(["1"], await LeftAsync());
    }

    // P8
    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task No_exception_of_a_stage_ends_a_worker(Type type)
    {
        await SendAsync("1");
        var handler = new Handler((message, _) =>
            message.DeliveryCount < 3 ? throw (Exception)Activator.CreateInstance(type)! : Task.CompletedTask);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var running = Worker(handler).RunAsync(1, stop.Token);
        await UntilAsync(() => _queue.Settlements == 3);
        Assert.False(running.IsCompleted);
        await SendAsync("2");
        await UntilAsync(() => handler.Messages.Count == 4);
        await stop.CancelAsync();
        await running;

        Assert.Equal(["1", "1", "1", "2"], handler.Messages);
    }

    // P8
    [Fact]
    public async Task A_lost_lock_that_a_stage_speaks_of_is_a_failure_like_any_other()
    {
        await SendAsync("1");
        var handler = new Handler((_, _) => throw new QueueLockLostException("another", "s"));

        await Worker(handler).DrainAsync(1, Cancellation);

        Assert.Equal(Definition.MaxDeliveryCount, handler.Messages.Count);
        Assert.Single(await _queue.PeekDeadLettersAsync(10, Cancellation));
    }

    // P8
    [Fact]
    public async Task A_queue_that_cannot_be_read_does_not_end_a_worker()
    {
        await SendAsync("1");
        _queue.AcceptsToFail = 3;
        var handler = new Handler((_, _) => Task.CompletedTask);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var running = Worker(handler).RunAsync(1, stop.Token);
        await UntilAsync(() => handler.Messages.Count == 1);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_stage_that_always_fails_ends_in_the_dead_letters()
    {
        await SendAsync("1");
        var handler = new Handler((_, _) => throw new InvalidOperationException("storage is down"));

        await Worker(handler).DrainAsync(2, Cancellation);

        var dead = Assert.Single(await _queue.PeekDeadLettersAsync(10, Cancellation));
        Assert.Equal(("MaxDeliveryCountExceeded", "InvalidOperationException: storage is down"), (dead.Reason, dead.Description));
    }

    // R18
    [Fact]
    public async Task On_stop_the_message_under_way_is_handled_and_settled_and_no_other_is_begun()
    {
        await SendAsync("1", "2", "3");
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new Handler(async (_, cancellation) =>
        {
            began.SetResult();
            await goOn.Task;
            cancellation.ThrowIfCancellationRequested();
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var running = Worker(handler).RunAsync(1, TimeSpan.FromSeconds(20), stop.Token);
        await began.Task;
        await stop.CancelAsync();
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(running.IsCompleted);
        goOn.SetResult();
        await running;

        Assert.Equal(["1"], handler.Messages);
        Assert.Equal(["2", "3"], await LeftAsync());
    }

    // R18
    [Fact]
    public async Task A_stage_that_does_not_end_is_cancelled_after_its_time_and_has_not_failed()
    {
        await SendAsync("1");
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new Handler(async (_, cancellation) =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var running = Worker(handler).RunAsync(1, TimeSpan.FromSeconds(20), stop.Token);
        await began.Task;
        await stop.CancelAsync();
        _time.Advance(TimeSpan.FromSeconds(20));
        await running;

        await using var session = await _queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal(1, Assert.Single(await session!.ReceiveAsync(1, Cancellation)).DeliveryCount);
    }

    [Fact]
    public async Task A_message_that_waits_to_be_given_back_does_not_hold_a_stop_up()
    {
        await SendAsync("1");
        var handler = new Handler((_, _) => throw new InvalidOperationException());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var running = Worker(handler).RunAsync(1, TimeSpan.FromSeconds(20), stop.Token);
        while (handler.Messages.Count == 0)
            await Task.Delay(5, Cancellation);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        Assert.Equal(["1"], await LeftAsync());
    }

    // D3
    [Fact]
    public void The_wait_before_a_delivery_doubles_up_to_half_a_minute() => Assert.Equal(
        [1, 1, 1, 2, 4, 8, 16, 30, 30, 30],
        new[] { int.MinValue, 0, 1, 2, 3, 4, 5, 6, 10, int.MaxValue }.Select(delivery => Redelivery.BackOff(delivery).TotalSeconds));

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private QueueWorker Worker(IMessageHandler handler) => new(_queue, handler, _time, NullLogger<QueueWorker>.Instance);

    private Task SendAsync(params string[] ids) =>
        _queue.SendAsync([.. ids.Select(id => new QueueMessage(id, "s", "test/1", "{}"u8.ToArray()))], Cancellation);

    /// <summary>Lets so much time pass, and a renewal be tried.</summary>
    private async Task RenewalAsync(TimeSpan time)
    {
        var tried = _queue.NextRenewal;

        // Its timer is set a moment later than the last renewal is over.
        await Task.Delay(20, Cancellation);
        _time.Advance(time);
        await tried.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private async Task UntilAsync(Func<bool> reached)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "It did not happen within 30 s.");
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(5, Cancellation);
        }
    }

    /// <summary>The messages that are still there.</summary>
    private async Task<IReadOnlyList<string>> LeftAsync()
    {
        _time.Advance(Definition.LockDuration);
        await using var session = await _queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        return session is null ? [] : [.. (await session.ReceiveAsync(10, Cancellation)).Select(message => message.MessageId)];
    }

    private sealed class Handler(Func<ReceivedMessage, CancellationToken, Task> handle) : IMessageHandler
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _messages = new();

        public IReadOnlyList<string> Messages => [.. _messages];

        public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
        {
            _messages.Enqueue(message.MessageId);
            await handle(message, cancellationToken);
            return Settlement.Complete;
        }
    }

    /// <summary>The real queue, which tells when a renewal was tried, and fails as often as it is asked to.</summary>
    private sealed class ObservedQueue(IQueue inner) : IQueue
    {
        private TaskCompletionSource _renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _settlements;

        public QueueDefinition Definition => inner.Definition;

        public Task NextRenewal => Volatile.Read(ref _renewal).Task;

        public int Renewals { get; private set; }

        public int RenewalsToFail { get; set; }

        public int AcceptsToFail { get; set; }

        public int Settlements => Volatile.Read(ref _settlements);

        public Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken) =>
            inner.SendAsync(messages, cancellationToken);

        public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) =>
            inner.PeekDeadLettersAsync(maxMessages, cancellationToken);

        public Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
            inner.FindDeadLetterAsync(sequenceNumber, cancellationToken);

        public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
            inner.RemoveDeadLetterAsync(sequenceNumber, cancellationToken);

        public async Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken)
        {
            if (AcceptsToFail-- > 0)
                throw new IOException("The queue is away.");
            return await inner.AcceptNextSessionAsync(maxWait, cancellationToken) is { } session ? new Session(session, this) : null;
        }

        private sealed class Session(IQueueSession session, ObservedQueue queue) : IQueueSession
        {
            public string SessionId => session.SessionId;

            public DateTimeOffset LockedUntil => session.LockedUntil;

            public Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken) =>
                session.ReceiveAsync(maxMessages, cancellationToken);

            public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
                CountAsync(session.CompleteAsync(message, cancellationToken));

            public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
                CountAsync(session.AbandonAsync(message, cancellationToken));

            public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
                CountAsync(session.DeadLetterAsync(message, reason, description, cancellationToken));

            public async Task RenewLockAsync(CancellationToken cancellationToken)
            {
                queue.Renewals++;
                try
                {
                    if (queue.RenewalsToFail-- > 0)
                        throw new IOException("The queue is away.");
                    await session.RenewLockAsync(cancellationToken);
                }
                finally
                {
                    Interlocked.Exchange(ref queue._renewal, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
                }
            }

            public ValueTask DisposeAsync() => session.DisposeAsync();

            private async Task CountAsync(Task settling)
            {
                await settling;
                Interlocked.Increment(ref queue._settlements);
            }
        }
    }
}

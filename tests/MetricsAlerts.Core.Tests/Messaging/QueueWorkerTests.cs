using MetricsAlerts.Messaging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace MetricsAlerts.Core.Tests.Messaging;

public sealed class QueueWorkerTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_lock_is_kept_while_a_stage_takes_longer_than_it_lasts()
    {
        await _pipeline.Alerts.SendAsync([new("1", "s", "test/1", "{}"u8.ToArray())], Cancellation);
        var queue = new ObservedQueue(_pipeline.Alerts);
        var handler = new Mock<IMessageHandler>();
        handler.Setup(stage => stage.HandleAsync(It.IsAny<ReceivedMessage>(), It.IsAny<CancellationToken>())).Returns(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                var renewed = queue.NextRenewal;
                _pipeline.Time.Advance(queue.Definition.LockDuration / 2);
                await renewed.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            }

            return Settlement.Complete;
        });

        await new QueueWorker(queue, handler.Object, _pipeline.Time, NullLogger<QueueWorker>.Instance).DrainAsync(1, Cancellation);

        handler.Verify(stage => stage.HandleAsync(It.IsAny<ReceivedMessage>(), It.IsAny<CancellationToken>()), Times.Once);
        Assert.Null(await _pipeline.Alerts.NextDueAsync(Cancellation));
    }

    [Fact]
    public async Task A_stage_that_always_fails_ends_in_the_dead_letters()
    {
        await _pipeline.Alerts.SendAsync([new("1", "s", "test/1", "{}"u8.ToArray())], Cancellation);
        var handler = new Mock<IMessageHandler>();
        handler.Setup(stage => stage.HandleAsync(It.IsAny<ReceivedMessage>(), It.IsAny<CancellationToken>())).ThrowsAsync(new InvalidOperationException("storage is down"));

        await _pipeline.DrainAsync(_pipeline.Alerts, handler.Object);

        var dead = Assert.Single(await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation));
        Assert.Equal("MaxDeliveryCountExceeded", dead.Reason);
        Assert.Contains("Exception: ", dead.Description, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    /// <summary>The real queue, which tells when a lock was renewed.</summary>
    private sealed class ObservedQueue(IQueue inner) : IQueue
    {
        private TaskCompletionSource _renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public QueueDefinition Definition => inner.Definition;

        public Task NextRenewal => Volatile.Read(ref _renewal).Task;

        public Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken) => inner.SendAsync(messages, cancellationToken);

        public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) => inner.PeekDeadLettersAsync(maxMessages, cancellationToken);

        public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) => inner.RemoveDeadLetterAsync(sequenceNumber, cancellationToken);

        public async Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken) =>
            await inner.AcceptNextSessionAsync(maxWait, cancellationToken) is { } session ? new Session(session, this) : null;

        private sealed class Session(IQueueSession session, ObservedQueue queue) : IQueueSession
        {
            public string SessionId => session.SessionId;

            public DateTimeOffset LockedUntil => session.LockedUntil;

            public Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken) => session.ReceiveAsync(maxMessages, cancellationToken);

            public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => session.CompleteAsync(message, cancellationToken);

            public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) => session.AbandonAsync(message, cancellationToken);

            public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
                session.DeadLetterAsync(message, reason, description, cancellationToken);

            public async Task RenewLockAsync(CancellationToken cancellationToken)
            {
                await session.RenewLockAsync(cancellationToken);
                Interlocked.Exchange(ref queue._renewal, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }

            public ValueTask DisposeAsync() => session.DisposeAsync();
        }
    }
}

using MetricsAlerts.Messaging;
using static MetricsAlerts.ServiceBus.Tests.ServiceBusBench;

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>A session that is lost is reported as lost, however the client notices (bus D2).</summary>
public sealed class LostLockTests
{
    /// <summary>What is done with a message of a session.</summary>
    public enum Act
    {
        Complete,
        Abandon,
        DeadLetter,
        Renew,
        Receive,
    }

    /// <summary>How the session is lost.</summary>
    public enum Loss
    {
        /// <summary>The service detaches the link.</summary>
        Detached,

        /// <summary>The service only refuses.</summary>
        Refused,

        /// <summary>The connection is gone.</summary>
        Disconnected,
    }

    public static TheoryData<Act, Loss> All => new MatrixTheoryData<Act, Loss>(Enum.GetValues<Act>(), Enum.GetValues<Loss>());

    [Theory]
    [MemberData(nameof(All))]
    public async Task Whatever_is_done_with_a_lost_session_says_that_it_is_lost_and_its_message_comes_again(Act act, Loss loss)
    {
        await using var bench = new ServiceBusBench(options => options with { DetachesLostSessions = loss != Loss.Refused });
        await bench.SendAsync("1");
        await using var session = await bench.AcceptAsync();
        var message = Assert.Single(await session.ReceiveAsync(1, Cancellation));

        if (loss == Loss.Disconnected)
            bench.Broker.DropConnections();
        else
            Assert.Equal(1, bench.Broker.ExpireLocks(Definition.Name));

        if (act == Act.Receive)
            await ReceiveAsync(session);
        else
            await Assert.ThrowsAsync<QueueLockLostException>(() => DoAsync(act, session, message));
        await session.DisposeAsync();

        var deliveries = loss == Loss.Disconnected ? 1 : 2;
        Assert.Equal([("1", deliveries)], await bench.DrainAsync());
    }

    [Fact]
    public async Task A_session_that_was_disposed_of_says_so()
    {
        await using var bench = new ServiceBusBench();
        await bench.SendAsync("1");
        var session = await bench.AcceptAsync();
        await session.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.RenewLockAsync(Cancellation));
    }

    /// <summary>
    /// A receiver that is only refused gets nothing, and may not know why. One that has lost its link may lock the very same session anew,
    /// which is as good: it then gets what another consumer would get.
    /// </summary>
    private static async Task ReceiveAsync(IQueueSession session)
    {
        try
        {
            Assert.All(await session.ReceiveAsync(1, Cancellation), again => Assert.Equal("1", again.MessageId));
        }
        catch (QueueLockLostException)
        {
        }
    }

    private static Task DoAsync(Act act, IQueueSession session, ReceivedMessage message) => act switch
    {
        Act.Complete => session.CompleteAsync(message, Cancellation),
        Act.Abandon => session.AbandonAsync(message, Cancellation),
        Act.DeadLetter => session.DeadLetterAsync(message, "Reason", "Words.", Cancellation),
        Act.Renew => session.RenewLockAsync(Cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "It is no act on a message."),
    };
}

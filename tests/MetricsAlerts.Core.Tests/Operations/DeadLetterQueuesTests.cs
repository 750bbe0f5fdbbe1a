using System.Text;
using MetricsAlerts.Operations;
using MetricsAlerts.Routing;

namespace MetricsAlerts.Core.Tests.Operations;

public sealed class DeadLetterQueuesTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"channel":""")]
    [InlineData("""{"channel":5}""")]
    [InlineData("null")]
    public async Task A_wake_that_cannot_be_read_is_replayed_as_any_message_is(string body)
    {
        await _pipeline.Notifications.SendAsync([new("m1", "s1", GroupWake.SchemaName, Encoding.UTF8.GetBytes(body))], Cancellation);
        await _pipeline.NotifyAsync();
        var letters = _pipeline.Get<DeadLetterQueues>();
        var (queue, letter) = Assert.Single(await letters.ListAsync(10, Cancellation));

        Assert.True(await letters.ReplayAsync(queue, letter.Message.SequenceNumber, Cancellation));

        await _pipeline.NotifyAsync();
        Assert.Equal(letter.Reason, Assert.Single(await letters.ListAsync(10, Cancellation)).Letter.Reason);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();
}

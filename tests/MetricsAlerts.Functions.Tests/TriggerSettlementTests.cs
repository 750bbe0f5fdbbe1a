using Azure.Messaging.ServiceBus;
using MetricsAlerts.Functions.Messaging;
using MetricsAlerts.Messaging;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace MetricsAlerts.Functions.Tests;

public sealed class TriggerSettlementTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Mock<ServiceBusMessageActions> _actions = new(MockBehavior.Strict);

    [Fact]
    public async Task A_message_that_was_dealt_with_is_completed_also_when_the_host_stops()
    {
        var message = Message(deliveryCount: 1);
        _actions.Setup(actions => actions.CompleteMessageAsync(message, CancellationToken.None)).Returns(Task.CompletedTask);

        await DeliverAsync(message, () => Settlement.Complete, new CancellationToken(canceled: true));

        _actions.VerifyAll();
    }

    [Fact]
    public async Task A_message_that_is_refused_is_dead_lettered_with_the_reason()
    {
        var message = Message(deliveryCount: 1);
        _actions.Setup(actions => actions.DeadLetterMessageAsync(
                message, It.IsAny<Dictionary<string, object>>(), "Unreadable", "No JSON.", CancellationToken.None))
            .Returns(Task.CompletedTask);

        await DeliverAsync(message, () => new Settlement.DeadLetter("Unreadable", "No JSON."), TestContext.Current.CancellationToken);

        _actions.VerifyAll();
    }

    // functions D3
    [Fact]
    public async Task A_message_that_failed_is_left_to_the_host_only_after_a_wait()
    {
        var delivery = DeliverAsync(
            Message(deliveryCount: 5),
            () => throw new TimeoutException("The tables do not answer."),
            TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.False(delivery.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => delivery);
        _actions.VerifyNoOtherCalls();
    }

    private static ServiceBusReceivedMessage Message(int deliveryCount) => ServiceBusModelFactory.ServiceBusReceivedMessage(
        BinaryData.FromString("{}"), messageId: "1", sessionId: "session", subject: "schema/1", deliveryCount: deliveryCount);

    private Task DeliverAsync(ServiceBusReceivedMessage message, Func<Settlement> stage, CancellationToken cancellationToken)
    {
        var handler = new Mock<IMessageHandler>();
        handler.Setup(stub => stub.HandleAsync(It.IsAny<ReceivedMessage>(), It.IsAny<CancellationToken>())).ReturnsAsync(stage);
        return new TriggeredDelivery(_time, NullLogger<TriggeredDelivery>.Instance).DeliverAsync(
            QueueDefinitions.Collect, handler.Object, (message, _actions.Object), cancellationToken);
    }
}

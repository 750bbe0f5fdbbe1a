using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using static MetricsAlerts.Core.Tests.Notifying.ChannelBoard;

namespace MetricsAlerts.Core.Tests.Notifying;

public sealed class NotificationContentTests
{
    [Fact]
    public void Values_that_do_not_come_are_not_told_as_the_value_that_came_last()
    {
        var message = Message("e1", 30, Transition.Fired, condition: "missingFor");
        message = message with { Transition = message.Transition with { Value = 0.9667 }, Rule = message.Rule with { Condition = "missingFor: 1d" } };

        var content = NotificationContent.Of(message);

        Assert.Equal("Accuracy has had no value for too long (the last was 0.9667): missingFor: 1d.", content.Summary);
        Assert.Contains(("Last value", "0.9667"), content.Facts);
        Assert.DoesNotContain(content.Facts, fact => fact.Name == "Value");
    }

    [Fact]
    public void When_they_come_again_the_value_is_told()
    {
        var message = Message("e2", 31, Transition.Resolved, condition: "missingFor");

        Assert.Contains("Accuracy is 0.93.", NotificationContent.Of(message with { Transition = message.Transition with { Value = 0.93, Reason = "recovered" } }).Summary, StringComparison.Ordinal);
    }
}

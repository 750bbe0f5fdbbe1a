using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Core.Tests.Notifying;

public sealed class NotificationContentTests
{
    private static readonly DateTimeOffset Since = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private static readonly Alert Missing = new()
    {
        Key = new("no-actuals", "d1", "all", "Accuracy", TimeSpan.FromHours(1)),
        IsOpen = true,
        Severity = Severity.Warning,
        Since = Since,
        Evidence = new() { WindowStart = Since.AddHours(30), WindowEnd = Since.AddHours(31), Value = 0.9667 },
        Deployment = new Deployment("d1", "credit-risk"),
        Rule = new() { Name = "no-actuals", Condition = "missingFor: 1d", ConditionKind = "missingFor" },
    };

    [Fact]
    public void Values_that_do_not_come_are_not_told_as_the_value_that_came_last()
    {
        var content = NotificationContent.Of(new AlertChange(Missing, Change.Fired));

        Assert.Equal("Accuracy has had no value for too long (the last was 0.9667): missingFor: 1d.", content.Summary);
        Assert.Contains(("Last value", "0.9667"), content.Facts);
        Assert.DoesNotContain(content.Facts, fact => fact.Name == "Value");
    }

    [Fact]
    public void When_they_come_again_the_value_is_told()
    {
        var over = Missing with { IsOpen = false, ResolvedBecause = ResolveReason.Recovered, Evidence = Missing.Evidence with { Value = 0.93 } };

        Assert.Contains("Accuracy is 0.93.", NotificationContent.Of(new AlertChange(over, Change.Resolved)).Summary, StringComparison.Ordinal);
    }

    // P23
    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_has_words_of_its_own(ResolveReason reason)
    {
        var over = Missing with { IsOpen = false, ResolvedBecause = reason };
        var others = Enum.GetValues<ResolveReason>().Where(other => other != ResolveReason.None && other != reason)
            .Select(other => NotificationContent.Of(new AlertChange(over with { ResolvedBecause = other }, Change.Resolved)).Summary);

        Assert.DoesNotContain(NotificationContent.Of(new AlertChange(over, Change.Resolved)).Summary, others);
    }

    public static TheoryData<ResolveReason> Reasons => [.. Enum.GetValues<ResolveReason>().Where(reason => reason != ResolveReason.None)];
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Notifying;

/// <summary>An alert that says of itself that it is a sample, to try channels with.</summary>
public static class SampleAlert
{
    /// <summary>A change of the sample.</summary>
    public static AlertChange Of(Change change)
    {
        var end = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
        var key = new AlertKey("sample-rule", "000000000000000000000000", Instances.All, "Accuracy", TimeSpan.FromHours(1));
        var alert = new Alert
        {
            Key = key,
            IsOpen = change != Change.Resolved,
            Severity = change == Change.Escalated ? Severity.Critical : Severity.Warning,
            Since = end.AddHours(-3),
            ResolvedBecause = change == Change.Resolved ? ResolveReason.Recovered : ResolveReason.None,
            Evidence = new()
            {
                Reason = EvaluationReason.Breaching(0.79, 0.85),
                WindowStart = end.AddHours(-1),
                WindowEnd = end,
                Value = 0.79,
                SampleSize = 480,
                Baseline = 0.91,
                Recent = [0.91, 0.92, 0.9, 0.84, 0.81, 0.79],
            },
            Deployment = new(key.DeploymentId, "sample deployment"),
            Rule = new()
            {
                Name = key.Rule,
                Description = "This is a test of the channel; nothing is wrong.",
                Condition = "below: 0.85 for 3 windows of 1h",
                Threshold = 0.85,
            },
        };
        return new(alert, change);
    }

    /// <summary>The message that tells a channel of it.</summary>
    public static Notification Message(string channel, AlertChange change) =>
        new($"sample-{change.Change}", channel, "sample", 1, [change]) { Content = NotificationContent.Of([change]) };
}

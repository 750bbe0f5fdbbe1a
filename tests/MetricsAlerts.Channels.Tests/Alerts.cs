using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Channels.Tests;

/// <summary>Alerts to render.</summary>
internal static class Alerts
{
    public static Notification Notification(Transition transition, string label = "credit-risk", string? description = "The model is wrong too often to decide on its own.")
    {
        var start = new DateTimeOffset(2026, 1, 14, 12, 0, 0, TimeSpan.Zero);
        var isOpen = transition is not (Transition.Resolved or Transition.DataBack);
        return new("chat", [new(
            new AlertTransition
            {
                EventId = "event",
                AlertId = "alert",
                Rule = "accuracy-floor",
                DeploymentId = "5c939e08962d741e34f609f0",
                Instance = "10.20.0.11",
                Metric = "Accuracy",
                Bucket = TimeSpan.FromHours(1),
                Transition = transition,
                IsOpen = isOpen,
                Severity = transition == Transition.Escalated ? Severity.Critical : Severity.Warning,
                Reason = isOpen ? "Breaching(0.7312, 0.85)" : "recovered",
                WindowStart = start,
                WindowEnd = start.AddHours(1),
                Value = isOpen ? 0.7312 : 0.9312,
                SampleSize = 480,
                Baseline = 0.93,
                Since = start.AddHours(-2),
                Sequence = 3,
                Recent = [0.93, 0.92, null, 0.85, 0.8, 0.7312],
            },
            new Deployment("5c939e08962d741e34f609f0", label) { Link = new("https://app.datarobot.com/deployments/5c939e08962d741e34f609f0/overview") },
            new RuleFacts
            {
                Name = "accuracy-floor",
                Description = description,
                Condition = "below: warning: 0.85, critical: 0.8 for 3 windows of 1h",
                Threshold = 0.85,
                Runbook = new("https://wiki.example.com/models/accuracy"),
            })], 1);
    }
}

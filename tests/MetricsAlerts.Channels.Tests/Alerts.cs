using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Channels.Tests;

/// <summary>Alerts to render.</summary>
internal static class Alerts
{
    private static readonly DateTimeOffset Start = new(2026, 1, 14, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Every change that a reader can be notified of.</summary>
    public static IEnumerable<Change> Changes => Enum.GetValues<Change>().Where(change => change != Change.None);

    /// <summary>A message about one change.</summary>
    public static Notification Notification(
        Change change, string label = "credit-risk", string? description = "The model is wrong too often to decide on its own.") =>
        Notification([Changed(change, label, description)]);

    /// <summary>A message about several changes.</summary>
    public static Notification Notification(IReadOnlyList<AlertChange> changes) =>
        new("message", "chat", "deployment=credit-risk, rule=accuracy-floor", 1, changes) { Content = NotificationContent.Of(changes) };

    /// <summary>The same change of many alerts.</summary>
    public static Notification Storm(AlertChange change, int count) =>
        Notification([.. Enumerable.Range(0, count).Select(number => change.On($"10.20.{number / 250}.{number % 250}"))]);

    /// <summary>The same change of the alert of another prediction server host.</summary>
    public static AlertChange On(this AlertChange change, string instance) =>
        change with { Alert = change.Alert with { Key = change.Alert.Key with { Instance = instance } } };

    /// <summary>A change as it comes about: its values are those that lead to it.</summary>
    public static AlertChange Changed(
        Change change, string label = "credit-risk", string? description = "The model is wrong too often to decide on its own.")
    {
        var (severity, threshold) = change == Change.Escalated ? (Severity.Critical, 0.8) : (Severity.Warning, 0.85);
        return new(
            new()
            {
                Key = new("accuracy-floor", "5c939e08962d741e34f609f0", "10.20.0.11", "Accuracy", TimeSpan.FromHours(1)),
                Version = new(1, 3),
                IsOpen = change != Change.Resolved,
                Severity = severity,
                NoData = change == Change.NoData,
                OpenedByNoData = change == Change.NoData,
                Since = Start.AddHours(-2),
                ResolvedBecause = change == Change.Resolved ? ResolveReason.Recovered : ResolveReason.None,
                Evidence = Evidence(change, threshold),
                Deployment = new("5c939e08962d741e34f609f0", label)
                {
                    Link = new("https://app.datarobot.com/deployments/5c939e08962d741e34f609f0/overview"),
                },
                Rule = new()
                {
                    Name = "accuracy-floor",
                    Description = description,
                    Condition = "below: warning: 0.85, critical: 0.8 for 3 windows of 1h",
                    ConditionKind = "below",
                    Threshold = threshold,
                    Runbook = new("https://wiki.example.com/models/accuracy"),
                },
            },
            change);
    }

    private static AlertEvidence Evidence(Change change, double threshold)
    {
        (double?[] recent, EvaluationReason reason) = change switch
        {
            Change.Escalated => ([0.93, 0.92, null, 0.79, 0.76, 0.7312], EvaluationReason.Breaching(0.7312, threshold)),
            Change.Deescalated => ([0.78, 0.76, null, 0.82, 0.83, 0.8312], EvaluationReason.Breaching(0.8312, threshold)),
            Change.Resolved => ([0.81, 0.82, null, 0.91, 0.92, 0.9312], EvaluationReason.NotBreaching(0.9312, threshold)),
            Change.NoData => ([0.93, 0.92, 0.9, null, null, null], new(ReasonKind.NoValue)),
            _ => ((double?[])[0.93, 0.92, null, 0.84, 0.83, 0.8312], EvaluationReason.Breaching(0.8312, threshold)),
        };
        return new()
        {
            Reason = reason,
            WindowStart = Start,
            WindowEnd = Start.AddHours(1),
            Value = recent.Last(value => value is not null),
            SampleSize = 480,
            Baseline = 0.93,
            Recent = recent,
        };
    }
}

using System.Text.Json.Serialization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Web.Responses;

/// <summary>An alert: one rule on one series.</summary>
public sealed record AlertResponse
{
    /// <summary>Tells the alert apart, 22 characters; the same in every episode.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is open, pending (windows breach, but not yet for as long as the rule asks) or closed.</summary>
    public required AlertStatus Status { get; init; }

    /// <summary>How bad it is; of a closed alert, how bad it was; of a pending one, the lowest that it may become.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>The rule's words for people.</summary>
    public string? Description { get; init; }

    /// <summary>The deployment.</summary>
    public required DeploymentResponse Deployment { get; init; }

    /// <summary>The prediction server host, or <c>all</c>.</summary>
    public required string Instance { get; init; }

    /// <summary>The metric's name.</summary>
    public required string Metric { get; init; }

    /// <summary>The length of the series' windows, such as <c>1h</c>.</summary>
    public required TimeSpan Bucket { get; init; }

    /// <summary>The metric's unit; empty where it has none.</summary>
    public required string Unit { get; init; }

    /// <summary>Start of the first breaching window of the episode.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the alert last changed, by the clock; of a pending one, the end of the newest window.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Why it is so, such as <c>Breaching(0.7, 0.85)</c>; of a closed alert, why it resolved, such as <c>recovered</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it is open because there are no values.</summary>
    public required bool NoData { get; init; }

    /// <summary>The rule's condition in words.</summary>
    public required string Condition { get; init; }

    /// <summary>The threshold of the alert's severity, in the metric's unit; null when the condition has none that is a number.</summary>
    public double? Threshold { get; init; }

    /// <summary>The newest value that counts for the rule, in the metric's unit.</summary>
    public double? Value { get; init; }

    /// <summary>Rows that the value was computed from.</summary>
    public required long SampleSize { get; init; }

    /// <summary>What DataRobot compares the value with, in the metric's unit.</summary>
    public double? Baseline { get; init; }

    /// <summary>Start of the series' newest window.</summary>
    public required DateTimeOffset WindowStart { get; init; }

    /// <summary>End of the series' newest window.</summary>
    public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>The values of the newest windows, oldest first; null where a window has none.</summary>
    public required IReadOnlyList<double?> Recent { get; init; }

    /// <summary>The labels that the rule gives.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Where it is written down what to do.</summary>
    public Uri? Runbook { get; init; }

    /// <summary>Channels that rules or routes name and that are not there: nobody is notified through them.</summary>
    public required IReadOnlyList<string> MissingChannels { get; init; }

    /// <summary>Who was notified, who was not and why; left out where it was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryResponse>? Notified { get; init; }

    /// <summary>The response for an alert that was found.</summary>
    public static AlertResponse Of(FoundAlert found, IReadOnlyList<DeliveryState>? deliveries = null) =>
        Of(found.Alert) with
        {
            Status = found.Status,
            ChangedAt = found.ChangedAt,
            Reason = found.Status == AlertStatus.Pending ? found.Alert.Evidence.Reason.ToString() : ReasonOf(found.Alert),
            Notified = deliveries?.Select(DeliveryResponse.Of).ToList(),
        };

    /// <summary>The response for an alert as it is, or was.</summary>
    public static AlertResponse Of(Alert alert) => new()
    {
        Id = alert.Key.Id,
        Status = alert.IsOpen ? AlertStatus.Open : AlertStatus.Closed,
        Severity = alert.Severity,
        Rule = alert.Key.Rule,
        Description = alert.Rule.Description,
        Deployment = DeploymentResponse.Of(alert.Deployment),
        Instance = alert.Key.Instance,
        Metric = alert.Key.Metric,
        Bucket = alert.Key.Bucket,
        Unit = alert.Rule.Unit,
        Since = alert.Since,
        ChangedAt = alert.ChangedAt,
        Reason = ReasonOf(alert),
        NoData = alert.NoData,
        Condition = alert.Rule.Condition,
        Threshold = alert.Rule.Threshold,
        Value = alert.Evidence.Value,
        SampleSize = alert.Evidence.SampleSize,
        Baseline = alert.Evidence.Baseline,
        WindowStart = alert.Evidence.WindowStart,
        WindowEnd = alert.Evidence.WindowEnd,
        Recent = alert.Evidence.Recent,
        Labels = alert.Rule.Labels,
        Runbook = alert.Rule.Runbook,
        MissingChannels = alert.MissingChannels,
    };

    private static string ReasonOf(Alert alert) => new AlertChange(alert, Change.None).Reason;
}

/// <summary>A deployment as an alert names it.</summary>
/// <param name="Id">DataRobot's id of it; <c>pipeline</c> for the pipeline's own metrics.</param>
/// <param name="Label">The name that people gave it.</param>
/// <param name="Importance">CRITICAL, HIGH, MODERATE or LOW; null when DataRobot does not say.</param>
/// <param name="Link">Where a person looks at it in DataRobot.</param>
public sealed record DeploymentResponse(string Id, string Label, string? Importance, Uri? Link)
{
    /// <summary>The response for a deployment.</summary>
    public static DeploymentResponse Of(Deployment deployment) =>
        new(deployment.Id, deployment.Label, deployment.Importance, deployment.Link);
}

/// <summary>How one channel stands to one alert.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Group">The group of alerts that share its messages: the values of the labels that they have in common.</param>
/// <param name="LastWord">What it was last notified of; null when of nothing.</param>
/// <param name="At">When; null when of nothing.</param>
/// <param name="Pending">What it still has to be notified of; null when it knows what is so.</param>
/// <param name="HeldBy">Why that is not said for now: a silence, a maintenance window, another alert; null when nothing holds it.</param>
/// <param name="Problem">Why it was given up, or failed the last time; null when it went well.</param>
public sealed record DeliveryResponse(
    string Channel, string Group, Change? LastWord, DateTimeOffset? At, Change? Pending, string? HeldBy, string? Problem)
{
    /// <summary>The response for the state of a delivery.</summary>
    public static DeliveryResponse Of(DeliveryState delivery) => new(
        delivery.Channel, delivery.Group, NullIfNone(delivery.LastWord), delivery.At, NullIfNone(delivery.Pending),
        NullIfEmpty(delivery.Held), NullIfEmpty(delivery.Problem));

    private static Change? NullIfNone(Change change) => change == Change.None ? null : change;

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;
}

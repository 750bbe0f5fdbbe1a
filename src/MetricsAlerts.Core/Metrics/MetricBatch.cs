using System.Text.Json.Serialization;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Metrics;

/// <summary>The message from Collect to Evaluate: new and revised windows of one deployment instance.</summary>
/// <param name="Deployment">The deployment, as it was when the windows were read.</param>
/// <param name="Instance">The prediction server host, or <c>all</c>.</param>
/// <param name="Series">The windows, oldest first within a series.</param>
public sealed record MetricBatch(Deployment Deployment, string Instance, IReadOnlyList<SeriesWindows> Series)
{
    /// <summary>The schema name and version of the message.</summary>
    public const string SchemaName = "metric-batch/1";

    /// <summary>The message's schema; readers accept the same major version.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>The windows are a back-fill: only the state they end in counts, what happened on the way is not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool History { get; init; }

    /// <summary>The deployment is no longer there: open alerts resolve.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DeploymentGone { get; init; }
}

/// <summary>Windows of one series.</summary>
public sealed record SeriesWindows(string Metric, TimeSpan Bucket, IReadOnlyList<MetricWindow> Windows);

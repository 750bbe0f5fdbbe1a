using System.Text.Json.Serialization;

namespace MetricsAlerts.Metrics;

/// <summary>The message to Evaluate: new and revised windows of one deployment, or the wish to look at it again.</summary>
/// <param name="DeploymentId">The deployment.</param>
public sealed record MetricBatch(string DeploymentId)
{
    /// <summary>The schema name and version of the message.</summary>
    public const string SchemaName = "metric-batch/1";

    /// <summary>The message's schema; readers accept the same major version.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>The deployment as it was when the windows were read; null when it is only to be looked at again.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>Grows with every reading of the deployment: a window of an older reading never replaces one of a newer reading.</summary>
    public long Reading { get; init; }

    /// <summary>The reading was split and another message of it follows: alerts stay as they are until the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MoreFollows { get; init; }

    /// <summary>The deployment is no longer there, or no longer chosen: open alerts resolve.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DeploymentGone { get; init; }

    /// <summary>The version of the rules that the sweep has read; null when nobody looked.</summary>
    public string? RulesVersion { get; init; }

    /// <summary>The windows of each instance.</summary>
    public IReadOnlyList<InstanceWindows> Instances { get; init => field = value ?? []; } = [];

    /// <summary>Prediction server hosts that are no longer there.</summary>
    public IReadOnlyList<string> GoneInstances { get; init => field = value ?? []; } = [];

    /// <summary>Series that are not read any more.</summary>
    public IReadOnlyList<GoneSeries> GoneSeries { get; init => field = value ?? []; } = [];
}

/// <summary>Windows of one instance.</summary>
/// <param name="Instance">The prediction server host, or <c>all</c>.</param>
/// <param name="Series">The windows, oldest first within a series.</param>
public sealed record InstanceWindows(string Instance, IReadOnlyList<SeriesWindows> Series);

/// <summary>Windows of one series.</summary>
public sealed record SeriesWindows(string Metric, TimeSpan Bucket, IReadOnlyList<MetricWindow> Windows);

/// <summary>A series that is not read any more, because the source no longer offers it.</summary>
public sealed record GoneSeries(string Instance, string Metric, TimeSpan Bucket)
{
    /// <summary>
    /// It is not read any more because no rule looked at it: should one look at it by now, all of it is read again, and what is known
    /// stays.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unwatched { get; init; }
}

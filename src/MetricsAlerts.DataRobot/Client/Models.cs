using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsAlerts.DataRobot.Client;

internal sealed record Page<T>(IReadOnlyList<T?>? Data, string? Next)
    where T : class;

internal sealed record DeploymentModel(string? Id, string? Label, string? Importance, ModelReference? Model)
{
    public DateTimeOffset? CreatedAt { get; init; }

    public PredictionUsageModel? PredictionUsage { get; init; }

    public HealthModel? ServiceHealth { get; init; }

    public HealthModel? ModelHealth { get; init; }

    public HealthModel? AccuracyHealth { get; init; }

    public HealthModel? FairnessHealth { get; init; }
}

internal sealed record PredictionUsageModel(DateTimeOffset? LastTimestamp);

internal sealed record HealthModel(string? Status, DateTimeOffset? StartDate, DateTimeOffset? EndDate);

internal sealed record ModelReference(string? Id, string? Type, string? TargetType, DateTimeOffset? DeployedAt);

internal sealed record SettingsModel(
    AssociationIdSettings? AssociationId, EnabledSetting? SegmentAnalysis, EnabledSetting? PredictionsDataCollection)
{
    public EnabledSetting? TargetDrift { get; init; }

    public EnabledSetting? FeatureDrift { get; init; }
}

internal sealed record AssociationIdSettings(IReadOnlyList<string?>? ColumnNames);

internal sealed record EnabledSetting(bool? Enabled);

internal sealed record PeriodModel(DateTimeOffset? Start, DateTimeOffset? End);

internal sealed record BaselineModel(double? Value, long? SampleSize, string? ModelId);

internal sealed record BucketModel(PeriodModel? Period, double? Value, long? SampleSize, string? ModelId);

/// <summary>Since client 3.9 <c>baseline</c> and <c>modelId</c> are deprecated for <c>baselines</c> and the buckets' own models.</summary>
internal sealed record OverTimeModel(
    string? ModelId, IReadOnlyList<BucketModel?>? Buckets, BaselineModel? Baseline, IReadOnlyList<BaselineModel?>? Baselines);

internal sealed record AccuracyModel(
    string? ModelId, IReadOnlyList<AccuracyValueModel?>? Data, Dictionary<string, AccuracyMetricModel?>? Metrics);

internal sealed record AccuracyValueModel(string? ModelId, string? MetricName, double? Value, long? SampleSize, double? BaselineValue);

internal sealed record AccuracyMetricModel(double? Value, double? BaselineValue);

internal sealed record ServiceStatsModel(string? ModelId, Dictionary<string, double?>? Metrics);

internal sealed record PredictionsModel(IReadOnlyList<PredictionsBucketModel?>? Buckets);

internal sealed record PredictionsBucketModel(PeriodModel? Period, long? RowCount, string? ModelId);

internal sealed record TargetDriftModel(string? ModelId, double? DriftScore, long? SampleSize);

internal sealed record FeatureDriftModel(string? Name, double? DriftScore, long? SampleSize);

internal sealed record CustomMetricModel(string? Id, string? Name, bool? IsModelSpecific, IReadOnlyList<BaselineModel?>? BaselineValues);

/// <summary>The value is in <c>metric</c>, its count is called differently there.</summary>
internal sealed record CustomMetricSummaryModel(CustomMetricValueModel? Metric);

internal sealed record CustomMetricValueModel(double? Value, long? SampleCount);

internal sealed record ActualsModel(IReadOnlyList<ActualsBucketModel?>? Buckets);

internal sealed record ActualsBucketModel(PeriodModel? Period, long? RowCountTotal, long? RowCountWithActual);

/// <summary>No source says what an item of <c>modelHistory/</c> is called: every part of it may be missing.</summary>
internal sealed record ModelHistoryModel(string? ModelId, ModelReference? Model, DateTimeOffset? DeployedAt, DateTimeOffset? StartDate);

/// <summary><c>message</c> is a text or an object of texts by field; so is each of <c>errors</c>.</summary>
internal sealed record ErrorModel(JsonElement? Message, JsonElement? Errors);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(FiniteNumber), typeof(Count)])]
[JsonSerializable(typeof(Page<DeploymentModel>))]
[JsonSerializable(typeof(Page<object>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(DeploymentModel))]
[JsonSerializable(typeof(SettingsModel))]
[JsonSerializable(typeof(AccuracyModel))]
[JsonSerializable(typeof(OverTimeModel))]
[JsonSerializable(typeof(ServiceStatsModel))]
[JsonSerializable(typeof(ActualsModel))]
[JsonSerializable(typeof(PredictionsModel))]
[JsonSerializable(typeof(TargetDriftModel))]
[JsonSerializable(typeof(Page<FeatureDriftModel>))]
[JsonSerializable(typeof(Page<CustomMetricModel>))]
[JsonSerializable(typeof(Page<ModelHistoryModel>))]
[JsonSerializable(typeof(CustomMetricSummaryModel))]
[JsonSerializable(typeof(ErrorModel))]
internal sealed partial class DataRobotJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsAlerts.DataRobot.Client;

internal sealed record Page<T>(IReadOnlyList<T>? Data, string? Next);

internal sealed record DeploymentModel(string? Id, string? Label, string? Importance, ModelReference? Model)
{
    public HealthModel? ServiceHealth { get; init; }

    public HealthModel? ModelHealth { get; init; }

    public HealthModel? AccuracyHealth { get; init; }

    public HealthModel? FairnessHealth { get; init; }
}

internal sealed record HealthModel(string? Status, string? Message);

internal sealed record ModelReference(string? Id, string? Type, string? TargetType);

internal sealed record SettingsModel(
    AssociationIdSettings? AssociationId, EnabledSetting? SegmentAnalysis, EnabledSetting? PredictionsDataCollection)
{
    public EnabledSetting? TargetDrift { get; init; }

    public EnabledSetting? FeatureDrift { get; init; }
}

internal sealed record AssociationIdSettings(IReadOnlyList<string>? ColumnNames);

internal sealed record EnabledSetting(bool Enabled);

internal sealed record PeriodModel(DateTimeOffset? Start, DateTimeOffset? End);

internal sealed record BaselineModel(double? Value, long? SampleSize);

internal sealed record BucketModel(PeriodModel? Period, double? Value, long? SampleSize, string? ModelId);

internal sealed record OverTimeModel(string? ModelId, IReadOnlyList<BucketModel>? Buckets, BucketModel? Summary, BaselineModel? Baseline);

internal sealed record AccuracyModel(
    PeriodModel? Period, string? ModelId, IReadOnlyList<AccuracyValueModel>? Data, Dictionary<string, AccuracyMetricModel>? Metrics);

internal sealed record AccuracyValueModel(
    string? MetricName,
    double? Value,
    long? SampleSize,
    double? BaselineValue,
    double? PercentChange);

internal sealed record AccuracyMetricModel(double? Value, double? BaselineValue, double? PercentChange);

internal sealed record ServiceStatsModel(PeriodModel? Period, string? ModelId, Dictionary<string, double?>? Metrics);

internal sealed record PredictionsModel(IReadOnlyList<PredictionsBucketModel>? Buckets);

internal sealed record PredictionsBucketModel(PeriodModel? Period, long? RowCount, string? ModelId);

internal sealed record TargetDriftModel(PeriodModel? Period, string? ModelId, double? DriftScore, long? SampleSize);

internal sealed record FeatureDriftModel(string? Name, double? DriftScore, long? SampleSize);

internal sealed record CustomMetricModel(
    string? Id,
    string? Name,
    string? Units,
    string? Directionality,
    bool? IsModelSpecific,
    IReadOnlyList<BaselineModel>? BaselineValues);

internal sealed record ActualsModel(IReadOnlyList<ActualsBucketModel>? Buckets);

internal sealed record ActualsBucketModel(PeriodModel? Period, long? RowCountTotal, long? RowCountWithActual);

internal sealed record ErrorModel(string? Message, Dictionary<string, JsonElement>? Errors);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(Page<DeploymentModel>))]
[JsonSerializable(typeof(Page<JsonElement>))]
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
[JsonSerializable(typeof(ErrorModel))]
internal sealed partial class DataRobotJson : JsonSerializerContext;

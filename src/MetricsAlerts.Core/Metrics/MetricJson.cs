using System.Text.Json.Serialization;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Metrics;

/// <summary>How metric messages look as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(DurationConverter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(MetricBatch))]
[JsonSerializable(typeof(InstanceWindows))]
[JsonSerializable(typeof(SeriesWindows))]
[JsonSerializable(typeof(GoneSeries))]
[JsonSerializable(typeof(string))]
internal sealed partial class MetricJson : JsonSerializerContext;

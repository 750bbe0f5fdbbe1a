using System.Text.Json.Serialization;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Alerts;

/// <summary>How alert messages look as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(DurationConverter), typeof(TimestampConverter),
        typeof(JsonStringEnumConverter<Transition>), typeof(LowerCaseEnumConverter<Severity>),
    ])]
[JsonSerializable(typeof(AlertMessage))]
[JsonSerializable(typeof(AlertTransition))]
public sealed partial class AlertJson : JsonSerializerContext;

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Alerts;

/// <summary>How alerts look as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters =
    [
        typeof(DurationConverter), typeof(TimestampConverter), typeof(JsonStringEnumConverter<Change>), typeof(
            LowerCaseEnumConverter<Severity>),
        typeof(JsonStringEnumConverter<ResolveReason>), typeof(JsonStringEnumConverter<ReasonKind>),
    ])]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(AlertChange))]
[JsonSerializable(typeof(IReadOnlyList<AlertChange>))]
public sealed partial class AlertJson : JsonSerializerContext
{
    /// <summary>Letters of every script are written as they are: six characters for each would not fit a row of the tables.</summary>
    public static AlertJson Compact => Relaxed.Instance;

    /// <summary>Made when it is first asked for: by then the generated options are there.</summary>
    private static class Relaxed
    {
        public static readonly AlertJson Instance = new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}

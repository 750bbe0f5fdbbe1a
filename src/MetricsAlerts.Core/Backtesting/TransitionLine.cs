using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Backtesting;

/// <summary>A transition as one line of JSON, the form that commands print.</summary>
public sealed record TransitionLine(
    string Rule, string Deployment, string Instance, string Metric, Transition Transition, Severity Severity, string Reason,
    DateTimeOffset WindowStart, DateTimeOffset WindowEnd, double? Value, DateTimeOffset Since)
{
    private static readonly TransitionLineJson Readable = new(new JsonSerializerOptions(TransitionLineJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The line, without its end.</summary>
    public static string Of(AlertTransition transition, string deployment) => JsonSerializer.Serialize(
        new TransitionLine(
            transition.Rule, deployment, transition.Instance, transition.Metric, transition.Transition, transition.Severity, transition.Reason,
            transition.WindowStart, transition.WindowEnd, transition.Value, transition.Since),
        Readable.TransitionLine);
}

/// <summary>How the line looks as JSON: every key is there, a missing value is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(TimestampConverter), typeof(JsonStringEnumConverter<Transition>), typeof(LowerCaseEnumConverter<Severity>)])]
[JsonSerializable(typeof(TransitionLine))]
internal sealed partial class TransitionLineJson : JsonSerializerContext;

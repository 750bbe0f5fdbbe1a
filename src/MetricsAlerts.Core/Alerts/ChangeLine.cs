using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Alerts;

/// <summary>A change as one line of JSON, the form that commands print.</summary>
public sealed record ChangeLine(
    string Rule, string Deployment, string Instance, string Metric, Change Change, Severity Severity, string Reason,
    DateTimeOffset WindowStart, DateTimeOffset WindowEnd, double? Value, DateTimeOffset Since)
{
    private static readonly ChangeLineJson Readable = new(
        new JsonSerializerOptions(ChangeLineJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The line, without its end.</summary>
    public static string Of(AlertChange change)
    {
        var (alert, evidence) = (change.Alert, change.Alert.Evidence);
        return JsonSerializer.Serialize(
            new ChangeLine(
                alert.Key.Rule, alert.Deployment.Label, alert.Key.Instance, alert.Key.Metric, change.Change, alert.Severity, change.Reason,
                evidence.WindowStart, evidence.WindowEnd, evidence.Value, alert.Since),
            Readable.ChangeLine);
    }
}

/// <summary>How the line looks as JSON: every key is there, a missing value is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(TimestampConverter), typeof(JsonStringEnumConverter<Change>), typeof(LowerCaseEnumConverter<Severity>)])]
[JsonSerializable(typeof(ChangeLine))]
internal sealed partial class ChangeLineJson : JsonSerializerContext;

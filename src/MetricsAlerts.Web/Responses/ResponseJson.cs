using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;

namespace MetricsAlerts.Web.Responses;

/// <summary>
/// How responses look as JSON: camelCase, times in UTC, durations as people write them, letters of every script as they are.
/// </summary>
public static class ResponseJson
{
    /// <summary>The options, as <c>--output json</c> writes with them.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new(JsonSerializerDefaults.Web));

    /// <summary>Makes options write so.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        // What is sent is JSON and said to be so: nothing in it is taken for HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new TimestampConverter());
        options.Converters.Add(new DurationConverter());
        options.Converters.Add(new JsonStringEnumConverter<AlertStatus>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<SeriesStanding>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<Change>(allowIntegerValues: false));
        return options;
    }
}

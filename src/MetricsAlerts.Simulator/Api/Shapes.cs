using System.Text.Json.Nodes;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Parts that several answers have.</summary>
internal static class Shapes
{
    public static JsonObject Period(DateTimeOffset start, DateTimeOffset end) =>
        new() { ["start"] = Timestamps.Format(start), ["end"] = Timestamps.Format(end) };

    public static JsonNode? Count(long rows, StrictSwitches strict) => rows == 0 && strict.NullSamples ? null : JsonValue.Create(rows);

    /// <summary>The segment that was asked for; without one the keys are absent, not null.</summary>
    public static void AddSegment(JsonObject answer, Window window)
    {
        if (window.SegmentAttribute is not { } attribute)
            return;
        answer["segmentAttribute"] = attribute;
        answer["segmentValue"] = window.SegmentValue;
    }
}

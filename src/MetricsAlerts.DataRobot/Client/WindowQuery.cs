using System.Globalization;
using MetricsAlerts.Formats;

namespace MetricsAlerts.DataRobot.Client;

/// <summary>The parameters that all window endpoints share.</summary>
internal sealed record WindowQuery(DateTimeOffset Start, DateTimeOffset End, TimeSpan? Bucket)
{
    /// <summary>The segment; null for the deployment as a whole.</summary>
    public Segment? Segment { get; init; }

    /// <summary>The model; null for the deployment's current one.</summary>
    public string? ModelId { get; init; }

    public string ToQuery()
    {
        var query = $"start={Uri.EscapeDataString(Timestamps.Format(Start))}&end={Uri.EscapeDataString(Timestamps.Format(End))}";
        if (Bucket is { } bucket)
        {
            var length = bucket < TimeSpan.FromDays(1)
                ? $"PT{((int)bucket.TotalHours).ToString(CultureInfo.InvariantCulture)}H"
                : $"P{((int)bucket.TotalDays).ToString(CultureInfo.InvariantCulture)}D";
            query += $"&bucketSize={length}";
        }

        if (ModelId is { } model)
            query += $"&modelId={Uri.EscapeDataString(model)}";
        if (Segment is { } segment)
            query += $"&segmentAttribute={Uri.EscapeDataString(segment.Attribute)}&segmentValue={Uri.EscapeDataString(segment.Value)}";
        return query;
    }
}

/// <summary>A part of a deployment's traffic.</summary>
internal sealed record Segment(string Attribute, string Value);

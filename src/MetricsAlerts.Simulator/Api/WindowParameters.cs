using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The parameters that all window endpoints share, read with the real API's defaults and refusals.</summary>
internal sealed record WindowParameters(
    DateTimeOffset Start,
    DateTimeOffset End,
    TimeSpan Bucket,
    string? Host,
    string? HostAttribute,
    string Model)
{
    public const string HostAttributeName = "DataRobot-Host-IP";

    private static readonly Dictionary<string, TimeSpan> BucketSizes = new(StringComparer.Ordinal)
    {
        ["PT1H"] = TimeSpan.FromHours(1),
        ["P1D"] = TimeSpan.FromDays(1),
        ["P7D"] = TimeSpan.FromDays(7),
    };

    /// <summary>The parameters, or the fields that are wrong.</summary>
    public static WindowParameters? Read(
        IQueryCollection query, SimulatedDeployment deployment, DateTimeOffset now, Dictionary<string, string> errors)
    {
        var nextHour = Timestamps.Floor(now, TimeSpan.FromHours(1)) + TimeSpan.FromHours(1);
        var end = Time("end", nextHour);
        var start = Time("start", end - TimeSpan.FromDays(7));
        if (start >= end)
            errors["start"] = "start must be before end";
        var bucket = TimeSpan.FromDays(1);
        if (NullIfEmpty(query["bucketSize"]) is { } size && !BucketSizes.TryGetValue(size, out bucket))
            errors["bucketSize"] = $"value '{size}' is not one of {string.Join(", ", BucketSizes.Keys)}";

        var attribute = NullIfEmpty(query["segmentAttribute"]);
        if (attribute is not null && (!deployment.HasSegmentAnalysis || attribute != HostAttributeName))
            errors["segmentAttribute"] = $"'{attribute}' is not a segment attribute of this deployment";
        var host = attribute is null ? null : NullIfEmpty(query["segmentValue"]);
        return errors.Count == 0
            ? new(start, end, bucket, host, attribute, NullIfEmpty(query["modelId"]) ?? deployment.ModelAt(now))
            : null;

        DateTimeOffset Time(string name, DateTimeOffset otherwise)
        {
            if (query[name].ToString() is not { Length: > 0 } text)
                return otherwise;
            if (Timestamps.TryParse(text, out var time) && time == Timestamps.Floor(time, TimeSpan.FromHours(1)))
                return time;
            errors[name] = "must be a time on the full hour, UTC";
            return otherwise;
        }
    }

    /// <summary>The half-open buckets that cover the period; the last may be shorter.</summary>
    public IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Buckets()
    {
        for (var from = Start; from < End; from += Bucket)
            yield return (from, from + Bucket < End ? from + Bucket : End);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

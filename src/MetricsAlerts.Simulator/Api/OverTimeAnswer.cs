using System.Buffers;
using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The answer of the over-time endpoints, written straight to bytes: a replay asks for it many thousand times.</summary>
internal static class OverTimeAnswer
{
    public static byte[] Write(
        string metric,
        WindowParameters window,
        Func<DateTimeOffset, DateTimeOffset, Statistic> compute,
        Statistic summary,
        Statistic? baseline)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("metric", metric);
        writer.WriteString("modelId", window.Model);
        writer.WriteString("segmentAttribute", window.HostAttribute);
        writer.WriteString("segmentValue", window.Host);
        writer.WriteStartArray("buckets");
        foreach (var (start, end) in window.Buckets())
            WriteBucket(writer, start, end, compute(start, end), window.Model);
        writer.WriteEndArray();
        writer.WritePropertyName("summary");
        WriteBucket(writer, window.Start, window.End, summary, window.Model);
        if (baseline is { } compared)
            WriteBaseline(writer, compared, window.Model);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteBucket(Utf8JsonWriter writer, DateTimeOffset start, DateTimeOffset end, Statistic statistic, string model)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("period");
        writer.WriteString("start", Timestamps.Format(start));
        writer.WriteString("end", Timestamps.Format(end));
        writer.WriteEndObject();
        WriteStatistic(writer, statistic);
        writer.WriteString("modelId", model);
        writer.WriteEndObject();
    }

    private static void WriteBaseline(Utf8JsonWriter writer, Statistic baseline, string model)
    {
        writer.WriteStartObject("baseline");
        writer.WriteNull("period");
        WriteStatistic(writer, baseline);
        writer.WriteEndObject();
        writer.WriteStartArray("baselines");
        writer.WriteStartObject();
        writer.WriteString("modelId", model);
        WriteStatistic(writer, baseline);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteStatistic(Utf8JsonWriter writer, Statistic statistic)
    {
        if (statistic.Value is { } value)
            writer.WriteNumber("value", value);
        else
            writer.WriteNull("value");
        writer.WriteNumber("sampleSize", statistic.SampleSize);
    }
}

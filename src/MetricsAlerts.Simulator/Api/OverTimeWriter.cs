using System.Buffers;
using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;
using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The answers of the over-time endpoints, written straight to bytes: a replay asks for them many thousand times.</summary>
internal static class OverTimeWriter
{
    /// <summary>Writes accuracy: a bucket for each slice and model, and each model's baseline.</summary>
    public static byte[] Accuracy(
        string metric,
        Window window,
        Func<DateTimeOffset, DateTimeOffset, string, Statistic> compute,
        Func<string, Statistic> baseline,
        StrictSwitches strict) => Write(window, metric, writer =>
    {
        var ofFirst = new List<Statistic>();
        writer.WriteStartArray("buckets");
        foreach (var (start, end) in window.Buckets())
        {
            foreach (var model in window.Models)
            {
                var statistic = compute(start, end, model);
                if (model == window.Model)
                    ofFirst.Add(statistic);
                WriteBucket(writer, (start, end), statistic, model, strict);
            }
        }

        writer.WriteEndArray();
        writer.WriteStartArray("baselines");
        foreach (var model in window.Models)
            WriteBaseline(writer, baseline(model), model);
        writer.WriteEndArray();
        if (strict.BaselinesOnly)
            return;
        writer.WriteString("modelId", window.Model);
        writer.WritePropertyName("baseline");
        WriteBaseline(writer, baseline(window.Model), model: null);
        writer.WritePropertyName("summary");
        var summary = AccuracyMetrics.IsMeanOverRows(metric) ? Mean(ofFirst) : compute(window.Start, window.End, window.Model);
        WriteBucket(writer, (window.Start, window.End), summary, window.Model, strict);
    });

    /// <summary>Writes a service statistic, which has no number of rows.</summary>
    public static byte[] Service(string metric, Window window, Func<DateTimeOffset, DateTimeOffset, double?> compute) =>
        Write(window, metric, writer =>
        {
            writer.WriteString("modelId", window.Model);
            writer.WriteStartArray("buckets");
            foreach (var (start, end) in window.Buckets())
                WriteValue(writer, start, end, compute(start, end));
            writer.WriteEndArray();
            writer.WritePropertyName("summary");
            WriteValue(writer, window.Start, window.End, compute(window.Start, window.End));
        });

    private static byte[] Write(Window window, string metric, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("metric", metric);
        if (window.SegmentAttribute is { } attribute)
        {
            writer.WriteString("segmentAttribute", attribute);
            writer.WriteString("segmentValue", window.SegmentValue);
        }

        content(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, DateTimeOffset start, DateTimeOffset end, double? value)
    {
        writer.WriteStartObject();
        WritePeriod(writer, start, end);
        WriteNumber(writer, value);
        writer.WriteEndObject();
    }

    private static void WriteBucket(
        Utf8JsonWriter writer, (DateTimeOffset Start, DateTimeOffset End) period, Statistic statistic, string model, StrictSwitches strict)
    {
        writer.WriteStartObject();
        WritePeriod(writer, period.Start, period.End);
        WriteNumber(writer, statistic.Value);
        if (statistic.SampleSize == 0 && strict.NullSamples)
            writer.WriteNull("sampleSize");
        else
            writer.WriteNumber("sampleSize", statistic.SampleSize);
        writer.WriteString("modelId", model);
        writer.WriteEndObject();
    }

    /// <summary>The deprecated baseline has a period, which is not known, and no model.</summary>
    private static void WriteBaseline(Utf8JsonWriter writer, Statistic baseline, string? model)
    {
        writer.WriteStartObject();
        if (model is null)
            writer.WriteNull("period");
        else
            writer.WriteString("modelId", model);
        WriteNumber(writer, baseline.Value);
        writer.WriteNumber("sampleSize", baseline.SampleSize);
        writer.WriteEndObject();
    }

    private static void WritePeriod(Utf8JsonWriter writer, DateTimeOffset start, DateTimeOffset end)
    {
        writer.WriteStartObject("period");
        writer.WriteString("start", Timestamps.Format(start));
        writer.WriteString("end", Timestamps.Format(end));
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, double? value)
    {
        if (value is { } number)
            writer.WriteNumber("value", number);
        else
            writer.WriteNull("value");
    }

    private static Statistic Mean(List<Statistic> buckets)
    {
        var (sum, rows) = (0.0, 0L);
        foreach (var bucket in buckets)
        {
            sum += (bucket.Value ?? 0) * bucket.SampleSize;
            rows += bucket.SampleSize;
        }

        return new(rows == 0 ? null : sum / rows, rows);
    }
}

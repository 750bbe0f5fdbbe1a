using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>A window with the series it belongs to.</summary>
internal sealed record SeriesWindow(Deployment Deployment, string Instance, SeriesName Series, MetricWindow Window);

/// <summary>
/// Reads windows from CSV: <c>deployment,instance,metric,start,end,value,sample_size,baseline</c> in any order. An empty value is null;
/// <c>instance</c>, <c>sample_size</c> and <c>baseline</c> may be absent. Without sample sizes the evidence is taken to be ample.
/// </summary>
internal static class WindowsFile
{
    private const long Ample = int.MaxValue;

    private static readonly string[] Required = ["deployment", "metric", "start", "end", "value"];

    /// <summary>
    /// The windows of the good rows; bad ones are in <paramref name="problems"/> with file, line, column and what is allowed.
    /// </summary>
    public static IReadOnlyList<SeriesWindow> Read(TextReader reader, string file, List<string> problems)
    {
        var header = SplitLine(reader.ReadLine() ?? "").Select(name => name.Trim()).ToList();
        if (Required.FirstOrDefault(name => !header.Contains(name)) is { } missing)
            throw new InvalidDataException($"{file}:1: the column '{missing}' is missing; found {string.Join(", ", header)}.");

        var windows = new List<SeriesWindow>();
        var deployments = new Dictionary<string, Deployment>(StringComparer.Ordinal);
        var line = 1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0)
                continue;
            var fields = SplitLine(text);
            if (fields.Count != header.Count)
                problems.Add($"{file}:{line}: found {fields.Count} fields; the header has {header.Count}.");
            else if (
                Parse(
                    name => header.IndexOf(name) is >= 0 and var index ? fields[index].Trim() : null,
                    deployments,
                    out var window) is { } problem)
                problems.Add($"{file}:{line}: {problem}");
            else
                windows.Add(window!);
        }

        return windows;
    }

    private static string? Parse(Func<string, string?> field, Dictionary<string, Deployment> deployments, out SeriesWindow? window)
    {
        window = null;
        if (field("deployment") is not { Length: > 0 } id)
            return "deployment is empty; expected an id or label.";
        if (field("metric") is not { Length: > 0 } metric)
            return "metric is empty; expected a metric's name.";
        if (!Timestamps.TryParse(field("start")!, out var start))
            return $"start is '{field("start")}'; expected a UTC time.";
        if (!Timestamps.TryParse(field("end")!, out var end) || end <= start)
            return $"end is '{field("end")}'; expected a UTC time after start.";
        if (!TryNumber(field("value"), out var value))
            return $"value is '{field("value")}'; expected a number or nothing.";
        var sampleSize = Ample;
        if (
            field("sample_size") is { } size &&
                !(
                    size.Length == 0 ||
                        (long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out sampleSize) && sampleSize >= 0)))
            return $"sample_size is '{size}'; expected a whole number or nothing.";
        if (!TryNumber(field("baseline"), out var baseline))
            return $"baseline is '{field("baseline")}'; expected a number or nothing.";

        if (!deployments.TryGetValue(id, out var deployment))
            deployments[id] = deployment = new(id, id);
        var instance = field("instance") is { Length: > 0 } host ? host : Instances.All;
        window = new(deployment, instance, new(metric, end - start), new(start, end, value, sampleSize) { Baseline = baseline });
        return null;
    }

    private static bool TryNumber(string? text, out double? number)
    {
        number = null;
        if (string.IsNullOrEmpty(text))
            return true;
        var read = Numbers.TryParse(text, out var value);
        number = value;
        return read;
    }

    /// <summary>Fields separated by commas; one in double quotes may contain commas and doubled quotes.</summary>
    private static List<string> SplitLine(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (character == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (character == '"')
                quoted = !quoted;
            else if (character == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (character != '\r')
                field.Append(character);
        }

        fields.Add(field.ToString());
        return fields;
    }
}

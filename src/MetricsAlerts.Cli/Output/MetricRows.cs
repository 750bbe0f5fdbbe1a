using System.Globalization;
using System.Text.Json;
using MetricsAlerts.Cli.Commands;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using Spectre.Console;

namespace MetricsAlerts.Cli.Output;

/// <summary>Metric rows as a table, JSON lines or CSV.</summary>
internal static class MetricRows
{
    public static void Print(IReadOnlyList<MetricRow> rows, string format)
    {
        switch (format)
        {
            case "json":
                foreach (var row in rows)
                    Console.WriteLine(Json(row));
                break;
            case "csv":
                Console.WriteLine("instance,metric,start,end,value,sample_size,baseline");
                foreach (var row in rows)
                    Console.WriteLine(Csv(row));
                break;
            default:
                PrintTable(rows);
                break;
        }
    }

    private static string Json(MetricRow row) => JsonSerializer.Serialize(new
    {
        instance = row.Instance,
        metric = row.Metric,
        value = row.Window.Value,
        verdict = Verdict(row),
        start = Timestamps.Format(row.Window.Start),
        end = Timestamps.Format(row.Window.End),
        sampleSize = row.Window.SampleSize,
        baseline = row.Window.Baseline,
    });

    private static string Csv(MetricRow row) => string.Join(',', new[]
    {
        row.Instance, row.Metric, Timestamps.Format(row.Window.Start), Timestamps.Format(row.Window.End),
        Verdict(row) ?? Number(row.Window.Value),
        row.Window.SampleSize.ToString(CultureInfo.InvariantCulture), Number(row.Window.Baseline),
    }.Select(Quote));

    /// <summary>DataRobot's own verdicts are words; null for a metric that is a number.</summary>
    private static string? Verdict(MetricRow row) => MetricCatalogue.Find(row.Metric).Family != MetricFamily.Health
        ? null
        : row.Window.Value switch { 0 => "passing", 1 => "warning", 2 => "failing", _ => "unknown" };

    private static string Number(double? value) => value is { } number ? Numbers.Format(number) : "";

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void PrintTable(IReadOnlyList<MetricRow> rows)
    {
        var table = new Table().AddColumns("Instance", "Metric");
        table.AddColumn("Value", column => column.RightAligned())
            .AddColumns("Start", "End").AddColumn("Rows", column => column.RightAligned())
            .AddColumn("Baseline", column => column.RightAligned());
        foreach (var row in rows)
        {
            var unit = MetricCatalogue.Find(row.Metric).Unit;
            var value = Verdict(row) ?? (row.Window.Value is { } number ? $"{Numbers.Short(number)} {unit}".Trim() : "no value");
            table.AddRow([.. new[]
            {
                row.Instance, row.Metric, value, Timestamps.Format(row.Window.Start), Timestamps.Format(row.Window.End),
                row.Window.SampleSize.ToString(CultureInfo.InvariantCulture), row.Window.Baseline is { } baseline
                    ? Numbers.Short(baseline)
                    : "",
            }.Select(Markup.Escape)]);
        }

        Tables.Write(table);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using MetricsAlerts.Telemetry;

namespace Repository.Tests;

/// <summary>The dashboard for Grafana: of the shape that Grafana loads, and about measurements that there are.</summary>
public sealed partial class GrafanaDashboardTests
{
    private const int Columns = 24;

    /// <summary>What OpenTelemetry's translation to Prometheus appends to the names of histograms and counters.</summary>
    private static readonly string[] Suffixes = ["_seconds_bucket", "_total", ""];

    private static readonly string[] PanelTypes = ["stat", "timeseries", "state-timeline", "table"];

    private static JsonElement Dashboard
    {
        get
        {
            using var document = JsonDocument.Parse(File.ReadAllText(Checkout.File("dashboards", "metricsalerts.json")));
            return document.RootElement.Clone();
        }
    }

    private static List<JsonElement> Panels => [.. Dashboard.GetProperty("panels").EnumerateArray()];

    [Fact]
    public void It_has_what_Grafana_needs_to_load_it()
    {
        Assert.Equal("metricsalerts", Dashboard.GetProperty("uid").GetString());
        Assert.InRange(Dashboard.GetProperty("schemaVersion").GetInt32(), 36, 50);
        Assert.Equal(Panels.Count, Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(Panels, panel =>
        {
            Assert.Contains(panel.GetProperty("type").GetString(), PanelTypes);
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            Assert.True(panel.GetProperty("fieldConfig").TryGetProperty("defaults", out _));
            var references = panel.GetProperty("targets").EnumerateArray()
                .Select(target => target.GetProperty("refId").GetString()).ToList();
            Assert.Equal(references.Distinct(), references);
        });
    }

    [Fact]
    public void Panels_lie_side_by_side_and_on_no_other()
    {
        var cells = Panels.SelectMany(panel => CellsOf(panel.GetProperty("gridPos"))).ToList();

        Assert.All(cells, cell => Assert.InRange(cell.X, 0, Columns - 1));
        Assert.Equal(cells.Count, cells.Distinct().Count());
    }

    [Fact]
    public void It_asks_for_every_measurement_and_for_none_that_there_is_not()
    {
        var sources = Directory.GetFiles(Checkout.File("src", "MetricsAlerts.Core", "Telemetry"), "*.cs").Select(File.ReadAllText);
        var known = sources.SelectMany(source => Instrument().Matches(source)).Select(match => match.Groups[1].Value)
            .Select(name => name.Replace('.', '_')).Distinct().ToList();
        var asked = Panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .SelectMany(target => Asked().Matches(target.GetProperty("expr").GetString()!)).Select(match => match.Value).Distinct()
            .Select(name => known.Find(instrument => Suffixes.Any(suffix => name == instrument + suffix)) ?? $"unknown: {name}");

        Assert.Contains(SeriesGauges.ModelMetric.Replace('.', '_'), known);
        Assert.Equal(known.Order(StringComparer.Ordinal), asked.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Everything_comes_from_the_data_source_that_is_chosen_and_every_variable_is_there()
    {
        var text = Dashboard.GetRawText();
        var variables = Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(variable => variable.GetProperty("name").GetString()!).ToList();

        Assert.Equal(["${datasource}"], DataSource().Matches(text).Select(match => match.Groups[1].Value).Distinct());
        Assert.All(
            Variable().Matches(text).Select(match => match.Groups[1].Value).Where(name => !name.StartsWith("__", StringComparison.Ordinal)),
            name => Assert.Contains(name, variables));
    }

    private static IEnumerable<(int X, int Y)> CellsOf(JsonElement place) =>
        from x in Enumerable.Range(place.GetProperty("x").GetInt32(), place.GetProperty("w").GetInt32())
        from y in Enumerable.Range(place.GetProperty("y").GetInt32(), place.GetProperty("h").GetInt32())
        select (x, y);

    [GeneratedRegex("\"(metricsalerts\\.[a-z_.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex("metricsalerts_[a-z_]+")]
    private static partial Regex Asked();

    [GeneratedRegex("\"uid\": *\"(\\$[^\"]*)\"")]
    private static partial Regex DataSource();

    [GeneratedRegex("\\$\\{?([a-z_]+)")]
    private static partial Regex Variable();
}

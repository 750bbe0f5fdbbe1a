using System.Net;
using System.Text.RegularExpressions;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Charts;

namespace EndToEnd.Tests.Dashboard;

/// <summary>What cards and charts say of several windows and instances.</summary>
public sealed class DashboardCardTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_says_once_what_its_alerts_share_and_counts_those_that_it_does_not_show()
    {
        await using var dashboard = await DashboardApplication.StartAsync();
        await dashboard.ReadAsync(
            new("d1", "credit-risk"),
            [.. Enumerable.Range(0, 7).Select(host => ($"10.0.0.{host}", "Accuracy", new double?[] { 0.95, 0.4 + (host * 0.01) }))]);
        using var http = dashboard.Client();

        var html = WebUtility.HtmlDecode(await http.GetStringAsync(new Uri("/", UriKind.Relative), Cancellation));
        var card = Regex.Match(html, "(?s)<article.*?</article>").Value;

        Assert.Contains("Accuracy 0.4 to 0.46 on 7 hosts, floor 0.7", card, StringComparison.Ordinal);
        Assert.Equal(5, Regex.Count(card, "<svg class=\"spark\""));
        Assert.Contains("and 2 more of this rule", card, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(card, "out told that it fired"));
        Assert.Single(Regex.Matches(card, "recoverAbove: 0.9"));
        Assert.True(card.IndexOf("10.0.0.0", StringComparison.Ordinal) < card.IndexOf("10.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_window_with_too_few_rows_is_hollow_and_leaves_the_rule_as_it_was()
    {
        var judged = Judge((0.6, 500), (0.1, 3), (0.95, 500));

        Assert.Equal(
            [SeriesStanding.Critical, SeriesStanding.Critical, SeriesStanding.Fine], judged.Select(window => window.Standing));
        Assert.Equal([false, true, false], judged.Select(window => window.SaysNothing));
        Assert.Equal(ReasonKind.HeldByMinSamples, judged[1].Reason.Kind);
    }

    [Fact]
    public void A_chart_draws_levels_the_open_time_a_change_of_model_and_escapes_what_others_write()
    {
        var judged = Judge((0.95, 500), (0.6, 500), (0.1, 3));
        var other = judged[2] with { Window = judged[2].Window with { ModelId = "m2" } };

        var svg = WindowChart.Draw([judged[0], judged[1], other], MetricCatalogue.Find("Accuracy"), Floor, "<b>\"title\"").Value;

        Assert.Contains("aria-label=\"&lt;b&gt;&quot;title&quot;\"", svg, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(svg, "class=\"f-crit\""));
        Assert.Contains("class=\"p-open\"", svg, StringComparison.Ordinal);
        Assert.Contains(">another model</text>", svg, StringComparison.Ordinal);
        Assert.Contains(">recovered 0.9</text>", svg, StringComparison.Ordinal);
        Assert.Contains("3 rows, 3 rows, the rule asks for 50", WebUtility.HtmlDecode(svg), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5.0, 5.0)]
    [InlineData(0.0, 0.0)]
    [InlineData(double.MaxValue, 1.0)]
    [InlineData(null, null)]
    public void A_small_chart_of_any_values_is_drawn(double? one, double? other)
    {
        var svg = SparkChart.Draw([one, null, other], threshold: 5, "crit").Value;

        Assert.StartsWith("<svg class=\"spark\"", svg, StringComparison.Ordinal);
        Assert.DoesNotMatch("NaN|∞|Infinity", svg);
    }

    private static CompiledRule Floor { get; } = new(
        RuleFile.Parse(DashboardApplication.Rules, "rules.yaml").Rules.Single(rule => rule.Name == "floor"));

    private static IReadOnlyList<JudgedWindow> Judge(params (double Value, long Rows)[] windows)
    {
        var series = new SeriesView(
            Instances.All,
            new("Accuracy", TimeSpan.FromHours(1)),
            [.. windows.Select((window, hour) => new MetricWindow(
                Start.AddHours(hour), Start.AddHours(hour + 1), window.Value, window.Rows) { ModelId = "m1" })],
            []);
        return JudgedSeries.Judge(Floor, series, [series]);
    }
}

using MetricsAlerts.Rules.Statistics;

namespace MetricsAlerts.Core.Tests.Evaluating;

public sealed class EvidenceTests
{
    [Fact]
    public void Null_windows_count_for_nothing_and_do_not_break_a_run() =>
        Assert.Equal("4 Fired warning, 7 Resolved recovered", new Story("when: { below: 0.85 }, for: 3 windows, recoverAfter: 2 windows").Windows(0.7, null, 0.7, 0.7, 0.9, null, 0.9).Changes);

    [Fact]
    public void Missing_windows_do_not_break_a_run_either() =>
        Assert.Equal("3 Fired warning", new Story("when: { below: 0.85 }, for: 2 windows").Windows(0.7).Gap().Windows(0.7).Changes);

    [Fact]
    public void Twenty_rows_at_080_do_not_page_anyone_about_a_floor_of_085() =>
        Assert.Equal("", new Story("when: { below: 0.85 }, confidence: 95%") { Rows = 20 }.Windows(0.8, 0.8, 0.8).Changes);

    [Fact]
    public void A_thousand_rows_at_080_do() =>
        Assert.Equal("1 Fired warning", new Story("when: { below: 0.85 }, confidence: 95%") { Rows = 1000 }.Windows(0.8).Changes);

    [Fact]
    public void Recovery_is_judged_by_the_value_itself()
    {
        var story = new Story("when: { below: 0.85 }, confidence: 95%").Windows(0.7);
        story.Rows = 10;
        Assert.Equal("1 Fired warning, 2 Resolved recovered", story.Windows(0.9).Changes);
    }

    [Fact]
    public void Too_few_rows_say_nothing()
    {
        var story = new Story("when: { below: 0.85 }, for: 2 windows, minSamples: 100").Windows(0.7);
        story.Rows = 99;
        story.Windows(0.99, 0.1);
        story.Rows = 100;
        Assert.Equal("4 Fired warning", story.Windows(0.7).Changes);
    }

    [Theory]
    [InlineData(0.8, 20, 0.95, 0.5840, 0.9193)]
    [InlineData(0.0, 10, 0.95, 0.0000, 0.2775)]
    [InlineData(1.0, 10, 0.95, 0.7225, 1.0000)]
    [InlineData(0.5, 100, 0.99, 0.3753, 0.6247)]
    public void The_Wilson_interval_is_as_published(double share, long rows, double confidence, double low, double high)
    {
        var interval = WilsonInterval.Of(share, rows, WilsonInterval.ZScore(confidence));
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Theory]
    [InlineData("keep", "1 Fired warning")]
    [InlineData("ok", "1 Fired warning, 2 Resolved recovered")]
    [InlineData("alert", "1 Fired warning, 2 NoData warning")]
    public void What_a_window_without_value_means_is_the_rules_choice(string behaviour, string expected) =>
        Assert.Equal(expected, new Story($"when: {{ below: 0.85 }}, noData: {behaviour}").Windows(0.7, null, null).Changes);

    [Fact]
    public void No_data_is_told_after_the_rules_patience_and_good_values_resolve_it() =>
        Assert.Equal("4 NoData warning, 6 Resolved recovered", new Story("when: { below: 0.85 }, for: 2 windows, noData: alert").Windows(0.9, 0.9, null, null, null, 0.9).Changes);

    [Fact]
    public void Values_that_come_back_while_the_alert_is_open_are_told() =>
        Assert.Equal(
            "1 Fired warning, 3 NoData warning, 4 DataBack warning",
            new Story("when: { below: 0.85 }, noData: alert, for: 1 window").Windows(0.7, 0.7, null, 0.7).Changes);

    [Fact]
    public void Values_missing_for_a_while_fire_and_the_first_value_resolves() =>
        Assert.Equal("5 Fired warning, 7 Resolved recovered", new Story("when: { missingFor: 4h }").Windows(0.9, null, null, null, null, null, 0.9).Changes);

    [Fact]
    public void A_series_that_never_had_a_value_is_missing_too() =>
        Assert.Equal("4 Fired warning", new Story("when: { missingFor: 4h }").Windows(null, null, null, null, null).Changes);
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Backtesting;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Core.Tests.Evaluating;

public sealed class ConditionTests
{
    [Theory]
    [InlineData("{ outside: [0.2, 0.8] }", 0.2, false)]
    [InlineData("{ outside: [0.2, 0.8] }", 0.19, true)]
    [InlineData("{ outside: [0.2, 0.8] }", 0.81, true)]
    [InlineData("{ inside: [0.2, 0.8] }", 0.8, false)]
    [InlineData("{ inside: [0.2, 0.8] }", 0.5, true)]
    public void Ranges_breach_strictly(string when, double value, bool breaches) =>
        Assert.Equal(breaches ? "1 Fired warning" : "", new Story($"when: {when}").Windows(value).Changes);

    [Fact]
    public void A_range_can_have_two_levels() =>
        Assert.Equal(
            "1 Fired warning, 2 Escalated critical, 3 Deescalated warning, 4 Resolved recovered",
            new Story("when: { outside: { warning: [0.2, 0.8], critical: [0.1, 0.9] } }").Windows(0.15, 0.95, 0.85, 0.5).Changes);

    [Fact]
    public void Worse_than_the_previous_value_skips_windows_without_one() =>
        Assert.Equal("4 Fired warning, 5 Resolved recovered", new Story("when: { worsensBy: 10%, versus: previous }").Windows(0.9, 0.85, null, 0.7, 0.7).Changes);

    [Fact]
    public void Lower_is_better_for_some_metrics() =>
        Assert.Equal("2 Fired warning", new Story("when: { worsensBy: 0.1, versus: previous }", "LogLoss").Windows(0.3, 0.45).Changes);

    [Fact]
    public void The_same_hour_yesterday_is_a_day_earlier()
    {
        var story = new Story("when: { worsensBy: 10%, versus: sameHourYesterday }").Windows([.. Enumerable.Range(0, 24).Select(hour => (double?)(hour < 12 ? 0.5 : 0.9))]);
        Assert.Equal("", story.Windows([.. Enumerable.Repeat<double?>(0.5, 12)]).Changes);
        Assert.Equal("37 Fired warning", story.Windows(0.5).Changes);
    }

    [Fact]
    public void Nothing_to_compare_with_says_nothing() =>
        Assert.Equal("", new Story("when: { worsensBy: 10%, versus: sameHourLastWeek }").Windows(0.9, 0.1, 0.1).Changes);

    [Fact]
    public void The_baseline_is_the_sources()
    {
        var rule = Compile("when: { worsensBy: { warning: 10%, critical: 30% }, versus: baseline }");
        Assert.Equal(Severity.None, Judge(rule, 0.82, 0.9).Breach);
        Assert.Equal(Severity.Warning, Judge(rule, 0.8, 0.9).Breach);
        Assert.Equal(Severity.Critical, Judge(rule, 0.6, 0.9).Breach);
        Assert.False(Judge(rule, 0.1, null).Counts);
    }

    [Fact]
    public void A_value_far_from_its_hour_of_day_is_unusual_and_one_near_it_is_not()
    {
        var random = new Random(7);
        double? Usual(int hour) => 100 + (hour % 24 == 3 ? 400 : 0) + (random.NextDouble() * 10);
        var story = new Story("when: { unusual: medium }", "responseTime").Windows([.. Enumerable.Range(0, 24 * 6).Select(Usual)]);
        story.Heard.Clear(); // the first days know no hour of day yet

        Assert.Equal("", story.Windows(104, 103, 106, 503).Changes);
        Assert.Equal("149 Fired warning", story.Windows(500).Changes);
    }

    // K5
    [Fact]
    public void A_rule_that_is_added_later_looks_back_at_the_history_that_is_read_for_it()
    {
        var story = new Story("when: { above: 1000 }", "responseTime");
        for (var hour = 0; hour < 30; hour++)
            story.Gap();
        story.Windows(50, 50, 50).Rules("when: { worsensBy: 50%, versus: sameHourYesterday }");
        for (var hour = 0; hour < 30; hour++)
            story.Arrive(hour, 50);

        Assert.Equal("34 Fired warning", story.Windows(500).Changes);
    }

    // K16
    [Fact]
    public void What_is_unusual_is_known_after_a_few_days_although_older_windows_are_empty()
    {
        var random = new Random(7);
        var story = new Story("when: { unusual: low }", "responseTime").Batch([.. Enumerable.Repeat<double?>(null, 24 * 24)]);
        story.Batch([.. Enumerable.Range(0, 24 * 4).Select(_ => (double?)(50 + (random.NextDouble() * 5)))]);

        Assert.Equal("", story.Changes);
        Assert.EndsWith("Fired warning", story.Windows(900).Changes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flat_series_does_not_page_for_a_trifle()
    {
        var story = new Story("when: { unusual: { sensitivity: high, minDeviation: 5 } }", "responseTime").Windows([.. Enumerable.Repeat<double?>(100, 24)]);
        Assert.Equal("26 Fired warning", story.Windows(104.9, 105.1).Changes);
    }

    [Fact]
    public void Better_than_usual_is_not_unusual() =>
        Assert.Equal("", new Story("when: { unusual: high }").Windows([.. Enumerable.Repeat<double?>(0.8, 20)]).Windows(0.99).Changes);

    [Theory]
    [InlineData("all", 0.7, 500.0, Severity.Warning, true)]
    [InlineData("all", 0.7, 100.0, Severity.None, true)]
    [InlineData("all", 0.7, null, Severity.None, false)]
    [InlineData("all", 0.9, null, Severity.None, true)]
    [InlineData("any", 0.7, null, Severity.Warning, true)]
    [InlineData("any", 0.9, null, Severity.None, false)]
    [InlineData("any", 0.9, 500.0, Severity.Warning, true)]
    [InlineData("any", 0.9, 100.0, Severity.None, true)]
    public void Conditions_over_metrics_of_one_window_combine(string kind, double accuracy, double? responseTime, Severity breach, bool counts)
    {
        var judgement = Judge(Compile($"when: {{ {kind}: [{{ below: 0.85 }}, {{ metric: responseTime, above: 300 }}] }}"), accuracy, null, responseTime);
        Assert.Equal((breach, counts), (judgement.Breach, judgement.Counts));
    }

    [Fact]
    public void A_combined_rule_is_judged_anew_when_the_other_metric_arrives()
    {
        var rules = new RuleSet(RuleFile.Parse("rules: [{ name: r, metric: Accuracy, when: { all: [{ below: 0.85 }, { metric: responseTime, above: 300 }] } }]", "x").Rules, [], []);
        var pipeline = new InMemoryEvaluator(rules, TimeSpan.FromDays(7));

        Assert.Equal([Change.None, Change.Fired, Change.Resolved], [Take("Accuracy", 0.7), Take("responseTime", 500), Take("responseTime", 100)]);

        Change Take(string metric, double value) => pipeline
            .Take(new("d1", "d1"), "all", [new(metric, Story.Hour, [new(Story.Start, Story.Start + Story.Hour, value, 100)])])
            .Select(change => change.Change).SingleOrDefault();
    }

    [Theory]
    [InlineData("{ below: 0.85 }")]
    [InlineData("{ above: { critical: 0.5 } }")]
    [InlineData("{ below: { warning: 0.85, critical: 0.8 }, recoverAbove: { warning: 0.87, critical: 0.82 } }")]
    [InlineData("{ outside: [0.2, 0.8] }")]
    [InlineData("{ inside: { warning: [0.2, 0.8], critical: [0.3, 0.7] } }")]
    [InlineData("{ worsensBy: 10%, versus: baseline }")]
    [InlineData("{ worsensBy: { warning: 0.1, critical: 0.2 }, versus: sameHourLastWeek, better: lower }")]
    [InlineData("{ missingFor: 1d }")]
    [InlineData("{ unusual: { sensitivity: low, minDeviation: 0.5 } }")]
    [InlineData("{ any: [{ below: 0.85 }, { metric: responseTime, above: 300 }] }")]
    public void A_condition_is_written_as_it_is_read(string yaml) => Assert.Equal(yaml, Compile($"when: {yaml}").Rule.When.ToYaml());

    private static CompiledRule Compile(string rule)
    {
        var file = RuleFile.Parse($"rules: [{{ name: r, metric: Accuracy, {rule} }}]", "x.yaml");
        Assert.Empty(file.Diagnostics);
        return new(file.Rules[0]);
    }

    private static Judgement Judge(CompiledRule rule, double value, double? baseline, double? responseTime = null)
    {
        var partition = new InstanceState("d1", "all");
        if (responseTime is { } other)
            partition.GetOrAdd(new("responseTime", Story.Hour)).History.Put(new(Story.Start, Story.Start + Story.Hour, other, 10), reading: 0);
        return rule.Rule.When.Judge(new WindowContext
        {
            History = new MetricWindow[] { new(Story.Start, Story.Start + Story.Hour, value, 100) { Baseline = baseline } },
            Metric = MetricCatalogue.Find("Accuracy"),
            LastValueEnd = Story.Start,
            Others = partition,
            Rule = rule.Rule,
            ZScore = 0,
        });
    }
}

using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>Whatever goes wrong for a while, what was missed is read after all, and nothing else is read wrong.</summary>
public sealed class LostWindowsTests : CollectingStory
{
    // Completeness counts rows, and rows counted late do not change the accuracy.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completeness_sees_rows_counted_late_though_no_actual_comes(bool withAccuracy)
    {
        var at = Pipeline.Now;
        string[] rules = ["name: c, metric: actuals.completeness, when: { below: 0.5 }", "name: a, metric: Accuracy, when: { below: 0.5 }"];
        await RulesAsync(withAccuracy ? rules : rules[..1]);
        Source.Window = (_, query, start) => query.Series.Metric == "Accuracy"
            ? new(start, start + Hour, null, 0)
            : Pipeline.Now >= start + Hour + TimeSpan.FromMinutes(20) ? new(start, start + Hour, 0, 100) : new(
                start, start + Hour, null, 0);
        Source.Deployments[0] = Source.Deployments[0] with { LastPrediction = at + Hour };
        await TickAsync();
        await TicksAsync(TimeSpan.FromHours(8));
        Assert.Equal(
            (0, 100), (Published[("all", "actuals.completeness", at)].Value, Published[("all", "actuals.completeness", at)].SampleSize));
    }

    // The whole deployment ends with a former model that is not found; and other series too.
    [Fact]
    public async Task A_window_that_is_refused_for_good_does_not_stop_the_later_ones()
    {
        await RulesAsync("name: a, metric: Accuracy, when: { below: 0.8 }");
        var at = Pipeline.Now;
        await TickAsync();
        Source.OnRead = (_, query) =>
        {
            if (query.Start <= at && query.End > at)
                throw new MetricSourceException(MetricSourceProblem.Unexpected, "a body that is not understood");
        };
        await TicksAsync(TimeSpan.FromHours(48), Hour / 2);
        Assert.Equal(40, Published.Count(one => one.Key.Start > at && one.Key.Start <= at + (40 * Hour)));
    }

    // Reads window by window of a daily bucket; late actual of a day within the look-back.
    [Fact]
    public async Task A_late_actual_of_a_day_reaches_whole_and_host()
    {
        var day = Pipeline.Now.AddDays(-6);
        await RulesAsync(
            "name: a, metric: Accuracy, bucket: 1d, instances: each, when: { below: 0.8 }",
            "name: u, metric: AUC, bucket: 1d, instances: each, when: { below: 0.8 }");
        var revised = Pipeline.Now + (5 * Hour);
        Source.Window = (_, _, start) => start == day && Pipeline.Now >= revised
            ? new(start, start.AddDays(1), 0.2, 200)
            : new(start, start.AddDays(1), 0.9, 100);
        await TickAsync();
        await TicksAsync(7 * Hour);
        Assert.Equal(4, Published.Count(one => one.Key.Start == day && one.Value.Value == 0.2 && one.Key.Instance != "h2"));
    }

    // A team uploads a custom metric late; the deployment itself has not predicted for long.
    [Theory]
    [InlineData(null)]
    [InlineData(10)]
    public async Task A_late_upload_of_a_custom_metric_is_seen(int? idleDays)
    {
        var at = Pipeline.Now;
        await RulesAsync("name: c, metric: profit, when: { below: 0.5 }");
        Source.Window = (_, _, start) =>
            Pipeline.Now >= start + (2.5 * Hour) ? new(start, start + Hour, 0.1, 100) : new(start, start + Hour, null, 0);
        Source.Deployments[0] = Source.Deployments[0] with { LastPrediction = idleDays is { } days ? at.AddDays(-days) : null };
        await TickAsync();
        await TicksAsync(TimeSpan.FromHours(8));
        Assert.Equal(0.1, Published[("all", "profit", at)].Value);
    }

    // The verdict of now is not one of the past.
    [Fact]
    public async Task A_rule_that_looks_further_back_does_not_read_the_verdict_of_now_as_that_of_an_earlier_hour()
    {
        await RulesAsync("name: h, metric: serviceHealth, when: { above: 1 }");
        Source.Window = (_, _, start) => new(start, start + Hour, 0, 1);
        await TickAsync();
        var before = Published.Keys.ToList();
        Source.Window = (_, _, start) => new(start, start + Hour, 2, 1);
        await RulesAsync("name: h, metric: serviceHealth, when: { above: 1 }, for: 3h");
        Pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        await TickAsync();
        Assert.Equal(before, Published.Keys.ToList());
    }

    // What changed in the whole while the hosts could not be listed, or one was not named, or its family was not.
    [Theory]
    [InlineData("nothing")]
    [InlineData("refused")]
    [InlineData("unnamed")]
    [InlineData("uncut")]
    public async Task A_revision_reaches_a_host_that_was_not_listed_meanwhile(string what)
    {
        var at = Pipeline.Now - (20 * Hour);
        var revised = Pipeline.Now + (2.5 * Hour);
        await RulesAsync("name: a, metric: Accuracy, instances: each, when: { below: 0.8 }");
        Source.Window = (_, _, start) => new(
            start, start + Hour, start == at && Pipeline.Now >= revised ? 0.2 : 0.9, start == at && Pipeline.Now >= revised ? 200 : 100);
        await TickAsync();
        await TicksAsync(2.4 * Hour);
        if (what == "refused")
            Source.OnHosts = () => throw new MetricSourceException(MetricSourceProblem.Forbidden, "no");
        if (what == "unnamed")
            Source.Hosts.Remove("h1");
        if (what == "uncut")
            Source.Uncut.Add(MetricFamily.Accuracy);
        await TicksAsync(Hour);
        Source.OnHosts = () => { };
        Source.Uncut.Clear();
        if (what == "unnamed")
            Source.Hosts.Add("h1");
        await TicksAsync(12 * Hour);
        Assert.Equal(0.2, Published[("all", "Accuracy", at)].Value);
        Assert.Equal(0.2, Published[("h1", "Accuracy", at)].Value);
    }

    // Late requests, with a rarer look or after an outage.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(6, 0)]
    [InlineData(24, 0)]
    [InlineData(1, 7)]
    [InlineData(0, 7)]
    public async Task Requests_counted_late_arePublished_in_the_end(int everyHours, int outageHours)
    {
        Pipeline.Options = new CollectionOptions { LateActualsEvery = everyHours * Hour };
        await RulesAsync("name: t, metric: totalRequests, when: { below: 10 }", "name: r, metric: rowCount, when: { below: 10 }");
        Source.Window = (_, _, start) =>
            Pipeline.Now >= start + Hour + TimeSpan.FromMinutes(35) ? new(start, start + Hour, 100, 100) : new(start, start + Hour, 5, 5);
        await TickAsync();
        await TicksAsync(10 * Hour + TimeSpan.FromMinutes(10));
        Pipeline.Time.Advance(outageHours * Hour);
        await TicksAsync(50 * Hour);
        var settled = Pipeline.Now - (25 * Hour);
        Assert.Empty(Published.Where(one =>
            one.Key.Start < settled && one.Value.Value != 100).Select(one => $"{one.Key.Metric} {one.Key.Start:dd HH:mm}"));
    }

    // A metric refused for a while, while another of the instance is read.
    [Theory]
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(16)]
    public async Task What_was_missed_of_a_refused_metric_is_read_after_all(int days)
    {
        var at = Pipeline.Now;
        await RulesAsync("name: a, metric: Accuracy, when: { below: 0.8 }", "name: m, metric: MAD, when: { above: 0.8 }");
        await TickAsync();
        Source.OnRead = (_, query) =>
        {
            if (query.Series.Metric == "MAD")
                throw new MetricSourceException(MetricSourceProblem.Forbidden, "no MAD");
        };
        await TicksAsync(TimeSpan.FromDays(days), Hour);
        Source.OnRead = (_, _) => { };
        Failures.Clear();
        await TicksAsync(2 * Hour, Hour);
        var missed = Enumerable.Range(0, days * 24).Count(hour => !Published.ContainsKey(("all", "MAD", at + (hour * Hour))));
        Assert.True(missed == 0 || Failures.Count > 0, $"{missed} hours never read, failures: {Failures.Count}");
    }

    // A rule added that leads makes followers of a request a window.
    [Fact]
    public async Task A_rule_that_is_added_does_not_cost_a_request_for_each_window_of_the_look_back()
    {
        await RulesAsync("name: d, metric: targetDrift, instances: each, when: { above: 0.5 }");
        await TickAsync();
        await TicksAsync(TimeSpan.FromDays(8), Hour);
        await RulesAsync(
            "name: d, metric: targetDrift, instances: each, when: { above: 0.5 }", "name: r, metric: rowCount, when: { below: 1 }");
        var requests = 0;
        for (var tick = 0; tick < 1; tick++)
        {
            Pipeline.Time.Advance(TimeSpan.FromMinutes(10));
            requests += await TickAsync();
        }

        Assert.InRange(requests, 1, 1 + (3 * 48));
    }

    // The clock was ahead for one tick.
    [Theory]
    [InlineData("serviceHealth")]
    [InlineData("totalRequests")]
    [InlineData("targetDrift")]
    [InlineData("profit")]
    public async Task After_a_clock_that_was_a_day_ahead_new_windows_are_read(string metric)
    {
        await RulesAsync($"name: h, metric: {metric}, when: {{ above: 1 }}");
        Source.Window = (_, _, start) => Pipeline.Now < start + Hour ? new(start, start + Hour, null, 0) : new(start, start + Hour, 0, 1);
        await TickAsync();
        var real = Pipeline.Now;
        Source.Window = (_, _, start) => new(start, start + Hour, start >= real ? null : 0, start >= real ? 0 : 1);
        Pipeline.Time.Advance(TimeSpan.FromDays(1));
        await TickAsync();
        Pipeline.Time.AdjustTime(real);
        Source.Window = (_, _, start) => new(start, start + Hour, 7, 10);
        await TicksAsync(10 * Hour);
        Assert.Equal(9, Published.Count(one => one.Key.Start >= real - Hour && one.Key.Start < real + (8 * Hour) && one.Value.Value == 7));
    }
}

using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>Hosts, series and deployments that are no longer there, and those that only seem so.</summary>
public sealed class GoneTests : IAsyncDisposable
{
    private const string EachHost =
        "rules: [{ name: r, metric: responseTime, instances: each, deployments: { id: d1 }, when: { above: 1 } }]";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(10);

    private readonly PipelineFixture _pipeline = new();

    private FakeSource Source => _pipeline.Source;

    // K9
    [Fact]
    public async Task A_host_is_gone_once_when_no_list_has_named_it_for_24_hours()
    {
        await _pipeline.ApplyAsync(EachHost);
        var lastNamed = await TicksAsync(30);
        Source.Hosts.Remove("h2");

        var goneAfter = new List<TimeSpan>();
        for (var tick = 0; tick < 300; tick++)
        {
            var at = await TicksAsync(1);
            if ((await _pipeline.TakeAsync()).Any(batch => batch.GoneInstances.SequenceEqual(["h2"])))
                goneAfter.Add(at - lastNamed);
        }

        Assert.InRange(Assert.Single(goneAfter), 24 * Hour, (24 * Hour) + (2 * Tick));
    }

    [Fact]
    public async Task A_host_that_is_named_again_in_time_is_not_gone()
    {
        await _pipeline.ApplyAsync(EachHost);
        await TicksAsync(1);
        for (var day = 0; day < 4; day++)
        {
            Source.Hosts.Remove("h2");
            await TicksAsync(23 * 6);
            Source.Hosts.Add("h2");
            await TicksAsync(1);
        }

        Assert.All(await _pipeline.TakeAsync(), batch => Assert.Empty(batch.GoneInstances));
    }

    // K3
    [Fact]
    public async Task A_metric_that_cannot_be_told_apart_by_host_any_more_is_gone_of_each_host_after_a_day()
    {
        await _pipeline.ApplyAsync(EachHost);
        await TicksAsync(6);
        await _pipeline.TakeAsync();
        Source.Uncut.Add(MetricFamily.ServiceHealth);
        await TicksAsync(23 * 6);
        Assert.All(await _pipeline.TakeAsync(), batch => Assert.Empty(batch.GoneSeries));
        await TicksAsync(12);
        Assert.Equal(["h1", "h2"], (await _pipeline.TakeAsync()).SelectMany(batch => batch.GoneSeries).Select(gone => gone.Instance).Order());
    }

    [Theory]
    [InlineData("1h", 6)]
    [InlineData("1d", 24 * 6)]
    [InlineData("7d", 50 * 6)]
    public async Task A_metric_that_cannot_be_told_apart_in_one_tick_is_not_gone_however_long_its_windows_are(string bucket, int ticks)
    {
        await _pipeline.ApplyAsync(EachHost.Replace("metric: responseTime", $"metric: responseTime, bucket: {bucket}", StringComparison.Ordinal));
        await TicksAsync(ticks);
        Source.Uncut.Add(MetricFamily.ServiceHealth);
        await TicksAsync(1);
        Source.Uncut.Clear();
        await TicksAsync(1);
        Assert.All(await _pipeline.TakeAsync(), batch => Assert.Empty(batch.GoneSeries));
    }

    [Fact]
    public async Task A_metric_that_cannot_be_told_apart_after_an_outage_is_not_gone_for_the_time_of_the_outage()
    {
        await _pipeline.ApplyAsync(EachHost);
        await TicksAsync(1);
        _pipeline.Time.Advance(25 * Hour);
        Source.Uncut.Add(MetricFamily.ServiceHealth);
        await TicksAsync(3);
        Assert.All(await _pipeline.TakeAsync(), batch => Assert.Empty(batch.GoneSeries));
    }

    [Fact]
    public async Task A_list_of_hosts_that_is_refused_is_no_answer_and_the_deployment_as_a_whole_is_read_all_the_same()
    {
        await _pipeline.ApplyAsync(EachHost);
        await TicksAsync(1);
        Source.OnHosts = () => throw new MetricSourceException(MetricSourceProblem.Forbidden, "no segments");
        for (var hour = 0; hour < 30; hour++)
        {
            _pipeline.Time.Advance(Hour);
            var report = await _pipeline.CollectAsync();
            Assert.Equal((1, "no segments"), (report.Windows, report.Failures.Single().Text));
        }

        Source.OnHosts = () => { };
        await TicksAsync(1);

        Assert.All(await _pipeline.TakeAsync(), batch => Assert.Empty(batch.GoneInstances));
    }

    [Fact]
    public async Task A_host_stays_known_when_the_clock_is_set_back()
    {
        await _pipeline.ApplyAsync(EachHost);
        _pipeline.Time.Advance(50 * Hour);
        await TicksAsync(1);
        _pipeline.Time.AdjustTime(_pipeline.Time.GetUtcNow() - (48 * Hour));
        Source.Hosts.Remove("h2");

        await TicksAsync(23 * 6);
        Assert.All(await _pipeline.TakeAsync(), batch => Assert.Empty(batch.GoneInstances));
        await TicksAsync(12);
        Assert.Equal(["h2"], (await _pipeline.TakeAsync()).SelectMany(batch => batch.GoneInstances));
    }

    [Fact]
    public async Task That_a_host_is_gone_is_published_before_it_is_forgotten()
    {
        await _pipeline.ApplyAsync(EachHost);
        await TicksAsync(1);
        Source.Hosts.Remove("h2");
        _pipeline.Time.Advance(Hour);
        await TicksAsync(1);
        await _pipeline.TakeAsync();
        _pipeline.Time.Advance(30 * Hour);
        _pipeline.Tables.OnCommit = (partition, _) => ThrowWhen(partition == "Checkpoints/d1");
        await TicksAsync(1);
        _pipeline.Tables.OnCommit = (_, _) => { };
        await TicksAsync(1);

        Assert.Equal(["h2", "h2"], (await _pipeline.TakeAsync()).SelectMany(batch => batch.GoneInstances));

        static void ThrowWhen(bool dies)
        {
            if (dies)
                throw new IOException("the process died");
        }
    }

    [Fact]
    public async Task A_series_that_the_source_no_longer_offers_is_gone_once_when_a_rules_glob_wants_it()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: \"A*\", instances: each, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await TicksAsync(1);
        await _pipeline.TakeAsync();
        Source.Offered.Remove("AUC");
        await TicksAsync(3);

        var gone = Assert.Single(await _pipeline.TakeAsync()).GoneSeries;
        Assert.All(gone, series => Assert.Equal(("AUC", Hour), (series.Metric, series.Bucket)));
        Assert.Equal(["all", "h1", "h2"], gone.Select(series => series.Instance).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_series_that_the_source_no_longer_has_is_gone_once_when_a_rule_names_it()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: revenue, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await TicksAsync(1);
        await _pipeline.TakeAsync();
        Source.Lacking.Add("revenue");
        await TicksAsync(3);
        Assert.Equal([new("all", "revenue", Hour)], Assert.Single(await _pipeline.TakeAsync()).GoneSeries);

        Source.Lacking.Clear();
        await TicksAsync(1);
        Assert.Equal(168, Assert.Single(await _pipeline.TakeAsync()).Instances.Single().Series.Single().Windows.Count);
    }

    [Fact]
    public async Task A_series_that_no_rule_wants_any_more_is_unwatched_whether_it_is_offered_or_not()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: \"A*\", deployments: { id: d1 }, when: { below: 0.8 } }]");
        await TicksAsync(1);
        await _pipeline.TakeAsync();
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        Source.Offered.Remove("AUC");
        await TicksAsync(3);

        Assert.True(Assert.Single(Assert.Single(await _pipeline.TakeAsync()).GoneSeries).Unwatched);
    }

    // K3
    [Fact]
    public async Task A_list_of_metrics_that_is_refused_makes_no_series_gone_and_all_that_is_known_is_read_on()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: "A*", deployments: { id: d1 }, when: { below: 0.8 } }
              - { name: s, metric: responseTime, deployments: { id: d1 }, when: { above: 1 } }
            """);
        await TicksAsync(1);
        await _pipeline.TakeAsync();
        _pipeline.Time.Advance(Hour);
        Source.OnMetrics = () => throw new MetricSourceException(MetricSourceProblem.Forbidden, "no features");

        var report = await _pipeline.CollectAsync();

        Assert.Equal((3, "no features"), (report.Windows, report.Failures.Single().Text));
        Assert.Empty(Assert.Single(await _pipeline.TakeAsync()).GoneSeries);
    }

    // K2
    [Fact]
    public async Task Windows_without_values_are_published_although_their_explanation_is_refused()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { missingFor: 6h } }]");
        Source.Set("d1", "Accuracy", _ => null);
        Source.Explanation = () => throw new MetricSourceException(MetricSourceProblem.Forbidden, "GET settings/: 403");

        var report = await _pipeline.CollectAsync();

        Assert.Equal((168, 0), (report.Windows, report.Failures.Count));
        Assert.Contains("settings", report.Notes.Single().Text, StringComparison.Ordinal);
    }

    // P18
    [Fact]
    public async Task A_deployment_that_is_gone_is_published_as_it_was_last_seen()
    {
        var link = new Uri("https://app.datarobot.com/deployments/d1");
        Source.Deployments[0] = new("d1", "credit-risk") { Importance = "CRITICAL", Link = link, ModelId = "m1" };
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await TicksAsync(1);
        await _pipeline.TakeAsync();
        Source.Deployments.RemoveAt(0);

        Assert.Equal(["d1"], (await _pipeline.CollectAsync()).Gone);

        var batch = Assert.Single(await _pipeline.TakeAsync());
        Assert.True(batch.DeploymentGone);
        Assert.Equal(new("d1", "credit-risk") { Importance = "CRITICAL", Link = link, ModelId = "m1" }, batch.Deployment);
    }

    [Fact]
    public async Task A_deployment_that_is_gone_is_published_before_it_is_forgotten()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await TicksAsync(1);
        await _pipeline.TakeAsync();
        Source.Deployments.RemoveAt(0);
        _pipeline.Tables.OnCommit = (partition, _) =>
        {
            if (partition == "Checkpoints/d1")
                throw new IOException("the process died");
        };
        Assert.Equal("d1", (await _pipeline.CollectAsync()).Failures.Single().DeploymentId);
        _pipeline.Tables.OnCommit = (_, _) => { };
        Assert.Equal(["d1"], (await _pipeline.CollectAsync()).Gone);

        Assert.Equal([true, true], (await _pipeline.TakeAsync()).Select(batch => batch.DeploymentGone));
    }

    // K10
    [Fact]
    public async Task More_than_a_thousand_deployments_can_be_gone_at_once()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        Source.Deployments.Clear();
        for (var number = 0; number < 1300; number++)
            Source.Deployments.Add(new($"65f00000000000000000{number:0000}", $"model {number}"));
        _pipeline.Options = new() { ShardSize = 100 };
        await TicksAsync(1);
        Source.Deployments.Clear();

        var state = await _pipeline.TickAsync();

        Assert.True(state.IsComplete);
        Assert.Equal(1300, (await _pipeline.TakeAsync()).Count(batch => batch.DeploymentGone));
        Assert.Empty(await _pipeline.CheckpointRowsAsync("known"));
        Assert.Empty((await _pipeline.CollectAsync()).Gone);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    /// <summary>So many ticks, ten minutes apart; returns the time of the last one.</summary>
    private async Task<DateTimeOffset> TicksAsync(int count)
    {
        var at = default(DateTimeOffset);
        for (var tick = 0; tick < count; tick++)
        {
            _pipeline.Time.Advance(Tick);
            at = _pipeline.Time.GetUtcNow();
            await _pipeline.CollectAsync();
        }

        return at;
    }
}

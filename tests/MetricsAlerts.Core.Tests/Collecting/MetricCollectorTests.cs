using MetricsAlerts.Collecting;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Core.Tests.Collecting;

public sealed class MetricCollectorTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PipelineFixture _pipeline = new();
    private readonly FakeSource _source = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_new_and_revised_windows_are_published()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        var late = (double?)null;
        var t0 = _pipeline.Time.GetUtcNow();
        _source.Set("d1", "Accuracy", start => start == t0 - Hour ? late : 0.9);

        Assert.Equal(168, (await CollectAsync()).Windows);
        Assert.True((await TakeAsync()).Single().History);
        Assert.Equal(0, (await CollectAsync()).Windows);

        late = 0.7;
        _pipeline.Time.Advance(Hour);
        Assert.Equal(2, (await CollectAsync()).Windows);
        var batch = Assert.Single(await TakeAsync());
        Assert.Equal([t0 - Hour, t0], batch.Series.Single().Windows.Select(window => window.Start));
        Assert.Equal([0.7, 0.9], batch.Series.Single().Windows.Select(window => window.Value));
        Assert.False(batch.History);
    }

    [Fact]
    public async Task A_value_that_comes_back_is_published_again()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        var value = 0.9;
        var t0 = _pipeline.Time.GetUtcNow();
        _source.Set("d1", "Accuracy", start => start == t0 - Hour ? value : 0.9);
        await CollectAsync();
        value = 0.7;
        await CollectAsync();
        value = 0.9;
        await CollectAsync();

        Assert.Equal([0.9, 0.7, 0.9], (await TakeAsync()).Select(batch => batch.Series.Single().Windows[^1].Value));
    }

    [Fact]
    public async Task One_bad_deployment_does_not_stop_the_others_and_its_checkpoint_stays()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        _source.OnRead = (deployment, _) => Fail(deployment.Id == "d1", MetricSourceProblem.Unavailable, "d1 is down");

        var report = await CollectAsync();
        Assert.Equal((168, "credit-risk", "d1 is down"), (report.Windows, report.Failures.Single().Label, report.Failures.Single().Text));

        _source.OnRead = (_, _) => { };
        Assert.Equal(168, (await CollectAsync()).Windows);
    }

    [Fact]
    public async Task A_metric_that_is_refused_does_not_hide_the_others_of_its_deployment()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }, { name: s, metric: responseTime, for: 3 windows, deployments: { id: d1 }, when: { above: 1 } }]");
        _source.OnRead = (_, query) => Fail(query.Series.Metric == "Accuracy", MetricSourceProblem.Forbidden, "no permission");

        var report = await CollectAsync();

        Assert.Equal((3, "no permission"), (report.Windows, report.Failures.Single().Text));
    }

    [Fact]
    public async Task What_was_read_before_a_source_failed_is_published_and_not_read_as_new_again()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }]");
        _source.OnRead = (_, query) => Fail(query.Instance == "h2", MetricSourceProblem.Unavailable, "gone away");
        Assert.Equal(2 * 168, (await CollectAsync()).Windows);

        _source.OnRead = (_, _) => { };
        Assert.Equal(168, (await CollectAsync()).Windows);
        Assert.Equal(["all", "h1", "h2"], (await TakeAsync()).Select(batch => batch.Instance));
    }

    [Fact]
    public async Task Only_what_an_enabled_rule_can_match_is_asked_for()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: a, metric: Accuracy, deployments: { label: "credit-*" }, instances: each, when: { below: 0.8 } }
              - { name: b, metric: "A*", deployments: { id: d2 }, bucket: 1d, when: { below: 0.8 } }
              - { name: c, metric: responseTime, when: { above: 1 }, enabled: false }
              - { name: d, metric: collect.failures, when: { above: 0 } }
              - { name: e, metric: accuracyHealth, deployments: { id: d1 }, instances: each, when: { above: 1 } }
            """);
        await CollectAsync();

        Assert.Equal(
            ["d1/all/Accuracy/1h", "d1/all/accuracyHealth/1h", "d1/h1/Accuracy/1h", "d1/h2/Accuracy/1h", "d2/all/AUC/1d", "d2/all/Accuracy/1d"],
            _source.Reads.Select(read => $"{read.Deployment.Id}/{read.Query.Instance}/{read.Query.Series}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deployment_that_is_gone_is_told_of_for_every_instance_once()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await CollectAsync();
        await TakeAsync();
        _source.Deployments.RemoveAt(0);

        Assert.Equal(["d1"], (await CollectAsync()).Gone);
        Assert.Equal(["all", "h1", "h2"], (await TakeAsync()).Where(batch => batch.DeploymentGone).Select(batch => batch.Instance).Order());
        Assert.Empty((await CollectAsync()).Gone);
    }

    [Fact]
    public async Task A_deployment_that_a_page_left_out_is_not_gone()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        _source.Hidden.Add("d1");
        _pipeline.Time.Advance(Hour);

        var report = await CollectAsync();

        Assert.Equal((0, 2, 2), (report.Gone.Count, report.Deployments, report.Windows));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_forgets_no_deployment()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        await TakeAsync();
        _source.OnList = () => throw new MetricSourceException(MetricSourceProblem.Unauthorized, "token");

        await Assert.ThrowsAsync<MetricSourceException>(CollectAsync);
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task A_deployment_that_may_no_longer_be_seen_is_a_failure_and_neither_gone_nor_the_end_of_the_tick()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        _pipeline.Time.Advance(Hour);
        _source.Hidden.Add("d1");
        _source.OnFind = _ => throw new MetricSourceException(MetricSourceProblem.Forbidden, "no permission");

        var report = await CollectAsync();

        Assert.Equal(("d1", "no permission"), (report.Failures.Single().DeploymentId, report.Failures.Single().Text));
        Assert.Equal((0, 1, 1), (report.Gone.Count, report.Deployments, report.Windows));

        report = (await _pipeline.CollectAsync(_source, new CollectionOptions { Deployments = new() { Exclude = ["d1"] } })).Report;
        Assert.Equal(["d1"], report.Gone);
    }

    [Fact]
    public async Task Completeness_is_read_only_for_rules_that_ask_and_a_change_of_it_is_a_revision()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 }, complete: 80% }, { name: s, metric: AUC, deployments: { id: d2 }, when: { below: 0.8 } }]");
        var last = _pipeline.Time.GetUtcNow() - Hour;
        var share = 0.5;
        _source.Completeness = _ => new Dictionary<DateTimeOffset, double> { [last] = share };
        await CollectAsync();
        await TakeAsync();
        share = 0.9;

        Assert.Equal(1, (await CollectAsync()).Windows);
        Assert.Equal(0.9, (await TakeAsync()).Single().Series.Single().Windows.Single().Completeness);
        Assert.All(_source.Reads.Where(read => read.Query.Series.Metric == "completeness"), read => Assert.Equal("d1", read.Deployment.Id));
    }

    [Fact]
    public async Task Metrics_that_settle_are_read_only_as_far_back_as_they_can_change()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: targetDrift, deployments: { id: d1 }, for: 3 windows, when: { above: 0.25 } }]");
        Assert.Equal(3, (await CollectAsync()).Windows);

        _pipeline.Time.Advance(Hour);
        Assert.Equal(1, (await CollectAsync()).Windows);
        _pipeline.Time.Advance(TimeSpan.FromHours(9));
        Assert.Equal(9, (await CollectAsync()).Windows);
        _pipeline.Time.Advance(Hour);
        await CollectAsync();
        Assert.Equal(TimeSpan.FromHours(4), Span(_source.Reads.Last().Query));

        _pipeline.Time.Advance(TimeSpan.FromHours(30));
        Assert.Equal(30, (await CollectAsync()).Windows);

        static TimeSpan Span(SeriesQuery query) => query.End - query.Start;
    }

    [Fact]
    public async Task A_first_collection_reads_what_the_hungriest_rule_looks_at()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { worsensBy: 10%, versus: sameHourLastWeek }, for: 3 windows }]");

        Assert.Equal(168 + 3, (await CollectAsync()).Windows);
    }

    [Fact]
    public async Task What_a_deployment_lacks_is_said_in_its_note()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }]");
        _source.Set("d1", "Accuracy", _ => null);
        _source.Explanation = () => "no association id";

        var report = await CollectAsync();

        Assert.Equal(("credit-risk", "no association id"), (report.Notes.Single().Label, report.Notes.Single().Text));
        Assert.True(report.IsHealthy);
    }

    [Fact]
    public async Task That_a_deployment_has_no_instances_is_said_when_a_rule_asks_for_them()
    {
        _source.Hosts.Clear();
        await _pipeline.ApplyAsync(
            "rules: [{ name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }, { name: s, metric: Accuracy, deployments: { id: d2 }, when: { below: 0.8 } }]");

        var note = Assert.Single((await CollectAsync()).Notes);

        Assert.Equal("credit-risk", note.Label);
        Assert.Contains("segment analysis", note.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deployments_are_chosen_by_id_label_and_importance_and_can_be_denied()
    {
        _source.Deployments.Clear();
        _source.Deployments.AddRange([
            new("d1", "credit-a") { Importance = "HIGH" }, new("d2", "credit-b") { Importance = "LOW" }, new("d3", "churn") { Importance = "HIGH" },
            new("d4", "credit-test") { Importance = "HIGH" }, new("d5", "credit-c") { Importance = "HIGH" }]);
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        var options = new CollectionOptions { Deployments = new() { Labels = ["credit-*"], Importance = ["CRITICAL", "HIGH"], Exclude = ["*-test", "d5"] } };

        await _pipeline.CollectAsync(_source, options);

        Assert.Equal(["d1"], (await TakeAsync()).Select(batch => batch.Deployment.Id));
    }

    [Fact]
    public async Task Shards_cover_every_deployment_once_and_their_reports_make_the_tick()
    {
        _source.Deployments.Clear();
        _source.Deployments.AddRange(Enumerable.Range(0, 40).Select(number => new Deployment($"d{number}", $"model-{number}")));
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: responseTime, when: { above: 1 } }]");

        var state = await _pipeline.CollectAsync(_source, new() { ShardSize = 7 });

        Assert.True(state.IsComplete);
        Assert.InRange(state.Shards, 4, 6);
        Assert.Equal((40, 40, 40), (state.Report.Deployments, state.Report.Windows, state.Report.Series));
        Assert.Equal(40, (await TakeAsync()).Select(batch => batch.Deployment.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_tick_that_runs_out_of_time_is_taken_up_with_those_that_waited_longest()
    {
        _source.Deployments.Clear();
        _source.Deployments.AddRange(Enumerable.Range(0, 6).Select(number => new Deployment($"d{number}", $"model-{number}")));
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: responseTime, when: { above: 1 } }]");
        _source.OnRead = (_, _) => _pipeline.Time.Advance(TimeSpan.FromMinutes(2));
        var options = new CollectionOptions { MaxConcurrency = 1, TimeLimit = TimeSpan.FromMinutes(5) };

        var first = (await _pipeline.CollectAsync(_source, options)).Report;
        var second = (await _pipeline.CollectAsync(_source, options)).Report;

        Assert.Equal((3, 3, false), (first.Deployments, first.Behind, first.IsHealthy));
        Assert.Equal(6, _source.Reads.Select(read => read.Deployment.Id).Distinct().Count());
        Assert.Equal(3, second.Deployments);
    }

    [Fact]
    public async Task Ticks_that_piled_up_collect_a_deployment_once()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        var collector = _pipeline.Collector(_source);
        for (var tick = 0; tick < 3; tick++)
        {
            await collector.CollectAsync(Cancellation);
            _pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        }

        await _pipeline.DrainAsync(_pipeline.Collect, _pipeline.Shards(_source));

        Assert.Equal(2, _source.Reads.Count);
        Assert.True((await _pipeline.Reports.LoadAsync(Cancellation))!.IsComplete);
    }

    [Fact]
    public async Task Collected_windows_fire_a_rule()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 }, for: 3 windows }]");
        var t0 = _pipeline.Time.GetUtcNow();
        _source.Set("d1", "Accuracy", start => start >= t0 ? 0.7 : 0.9);
        for (var hour = 0; hour < 5; hour++)
        {
            await CollectAsync();
            await _pipeline.DrainAsync(_pipeline.Windows, _pipeline.Evaluation());
            _pipeline.Time.Advance(Hour);
        }

        await using var session = await _pipeline.Alerts.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Single(await session!.ReceiveAsync(10, Cancellation));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static void Fail(bool when, MetricSourceProblem problem, string message)
    {
        if (when)
            throw new MetricSourceException(problem, message);
    }

    private async Task<CollectionReport> CollectAsync() => (await _pipeline.CollectAsync(_source)).Report;

    /// <summary>The batches of deployments; the pipeline's own are left out.</summary>
    private async Task<List<MetricBatch>> TakeAsync() => [.. (await _pipeline.TakeBatchesAsync()).Where(batch => batch.Deployment.Id != PipelineDeployment.Id)];
}

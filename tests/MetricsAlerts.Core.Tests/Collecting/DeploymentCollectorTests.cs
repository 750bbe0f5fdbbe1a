using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>What a tick reads of a deployment and publishes.</summary>
public sealed class DeploymentCollectorTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PipelineFixture _pipeline = new();

    private FakeSource Source => _pipeline.Source;

    [Fact]
    public async Task Only_new_and_revised_windows_are_published()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        var late = (double?)null;
        var t0 = _pipeline.Time.GetUtcNow();
        Source.Set("d1", "Accuracy", start => start == t0 - Hour ? late : 0.9);

        Assert.Equal(168, (await CollectAsync()).Windows);
        Assert.Equal(168, Only(Assert.Single(await _pipeline.TakeAsync())).Windows.Count);
        Assert.Equal(0, (await CollectAsync()).Windows);

        late = 0.7;
        _pipeline.Time.Advance(Hour);
        Assert.Equal(2, (await CollectAsync()).Windows);
        var batch = Assert.Single(await _pipeline.TakeAsync());
        Assert.Equal([t0 - Hour, t0], Only(batch).Windows.Select(window => window.Start));
        Assert.Equal([0.7, 0.9], Only(batch).Windows.Select(window => window.Value));
    }

    [Fact]
    public async Task A_value_that_comes_back_is_published_again()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        var value = 0.9;
        var t0 = _pipeline.Time.GetUtcNow();
        Source.Set("d1", "Accuracy", start => start == t0 - Hour ? value : 0.9);
        await CollectAsync();
        value = 0.7;
        await CollectAsync();
        value = 0.9;
        await CollectAsync();

        Assert.Equal([0.9, 0.7, 0.9], (await _pipeline.TakeAsync()).Select(batch => Only(batch).Windows[^1].Value));
    }

    [Fact]
    public async Task One_bad_deployment_does_not_stop_the_others_and_its_checkpoint_stays()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        Source.OnRead = (deployment, _) => Fail(deployment.Id == "d1", MetricSourceProblem.Unavailable, "d1 is down");

        var report = await CollectAsync();
        Assert.Equal((168, "credit-risk", "d1 is down"), (report.Windows, report.Failures.Single().Label, report.Failures.Single().Text));

        Source.OnRead = (_, _) => { };
        Assert.Equal(168, (await CollectAsync()).Windows);
    }

    [Fact]
    public async Task A_metric_that_is_refused_does_not_hide_the_others_of_its_deployment()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }
              - { name: s, metric: responseTime, for: 3 windows, deployments: { id: d1 }, when: { above: 1 } }
            """);
        Source.OnRead = (_, query) => Fail(query.Series.Metric == "Accuracy", MetricSourceProblem.Forbidden, "no permission");

        var report = await CollectAsync();

        Assert.Equal((168, "no permission"), (report.Windows, report.Failures.Single().Text));
    }

    [Fact]
    public async Task What_was_read_before_aSource_failed_is_published_and_not_read_as_new_again()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }
            """);
        Source.OnRead = (_, query) => Fail(query.Instance == "h2", MetricSourceProblem.Unavailable, "gone away");
        Assert.Equal(2 * 168, (await CollectAsync()).Windows);

        Source.OnRead = (_, _) => { };
        Assert.Equal(168, (await CollectAsync()).Windows);
        var batches = await _pipeline.TakeAsync();
        Assert.Equal(["all h1", "h2"], batches.Select(batch => string.Join(' ', batch.Instances.Select(instance => instance.Instance))));
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
            [
                "d1/all/Accuracy/1h", "d1/all/accuracyHealth/1h", "d1/h1/Accuracy/1h", "d1/h2/Accuracy/1h",
                "d2/all/AUC/1d", "d2/all/Accuracy/1d",
            ],
            Source.Reads.Select(read => $"{read.Deployment.Id}/{read.Query.Instance}/{read.Query.Series}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Completeness_is_read_only_for_rules_that_ask_and_a_change_of_it_is_a_revision()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 }, complete: 80% }
              - { name: s, metric: AUC, deployments: { id: d2 }, when: { below: 0.8 } }
            """);
        var last = _pipeline.Time.GetUtcNow() - Hour;
        var share = 0.5;
        Source.Completeness = _ => new Dictionary<DateTimeOffset, double> { [last] = share };
        await CollectAsync();
        await _pipeline.TakeAsync();
        share = 0.9;

        Assert.Equal(1, (await CollectAsync()).Windows);
        Assert.Equal(0.9, Only((await _pipeline.TakeAsync()).Single()).Windows.Single().Completeness);
        Assert.All(Source.Reads.Where(read => read.Query.Series.Metric == "completeness"), read => Assert.Equal("d1", read.Deployment.Id));
    }

    [Fact]
    public async Task Metrics_that_settle_are_read_only_as_far_back_as_they_can_change()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: targetDrift, deployments: { id: d1 }, for: 3 windows, when: { above: 0.25 } }
            """);
        Assert.Equal(3, (await CollectAsync()).Windows);

        _pipeline.Time.Advance(Hour);
        Assert.Equal(1, (await CollectAsync()).Windows);
        _pipeline.Time.Advance(TimeSpan.FromHours(9));
        Assert.Equal(9, (await CollectAsync()).Windows);
        _pipeline.Time.Advance(Hour);
        Source.Reads.Clear();
        await CollectAsync();

        // Drift is a request for each window: the new one, and those of the last three hours.
        Assert.Equal(4, Source.Reads.Count);

        _pipeline.Time.Advance(TimeSpan.FromHours(30));
        Assert.Equal(30, (await CollectAsync()).Windows);
    }

    [Fact]
    public async Task A_first_collection_reads_what_the_hungriest_rule_looks_at()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, deployments: { id: d1 }, when: { worsensBy: 10%, versus: sameHourLastWeek }, for: 3 windows }
            """);

        Assert.Equal(168 + 3, (await CollectAsync()).Windows);
    }

    [Fact]
    public async Task What_a_deployment_lacks_is_said_in_its_note()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }
            """);
        Source.Set("d1", "Accuracy", _ => null);
        Source.Explanation = () => "no association id";

        var report = await CollectAsync();

        Assert.Equal(("credit-risk", "no association id"), (report.Notes.Single().Label, report.Notes.Single().Text));
        Assert.True(report.IsHealthy);
    }

    [Fact]
    public async Task That_a_deployment_has_no_instances_is_said_when_a_rule_asks_for_them()
    {
        Source.Hosts.Clear();
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }
              - { name: s, metric: Accuracy, deployments: { id: d2 }, when: { below: 0.8 } }
            """);

        var note = Assert.Single((await CollectAsync()).Notes);

        Assert.Equal("credit-risk", note.Label);
        Assert.Contains("segment analysis", note.Text, StringComparison.Ordinal);
    }

    // F21
    [Fact]
    public async Task A_family_that_is_not_told_apart_by_host_is_read_as_a_whole_and_the_others_of_each_host()
    {
        Source.Uncut.Add(MetricFamily.Accuracy);
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }
              - { name: s, metric: responseTime, instances: each, deployments: { id: d1 }, when: { above: 1 } }
            """);

        await CollectAsync();

        Assert.Equal(
            ["all Accuracy", "all responseTime", "h1 responseTime", "h2 responseTime"],
            Source.Reads.Select(read => $"{read.Query.Instance} {read.Query.Series.Metric}").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rule_whose_metric_is_written_wrong_is_a_failure_that_says_what_may_be_meant()
    {
        Source.Lacking.Add("accuracy");
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");

        var failure = Assert.Single((await CollectAsync()).Failures);

        Assert.Contains("'accuracy', which the rule 'r' asks for; did you mean 'Accuracy'?", failure.Text, StringComparison.Ordinal);
    }

    // K19
    [Fact]
    public async Task A_glob_that_matches_nothing_says_so()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: \"responseTime.*\", deployments: { id: d1 }, when: { above: 1 } }]");

        Assert.Contains("matches 'responseTime.*'", Assert.Single((await CollectAsync()).Notes).Text, StringComparison.Ordinal);
    }

    // K8
    [Theory]
    [InlineData("Collection:LookBack", "10.00:00:00", "RevisionReach must be at least LookBack")]
    [InlineData("Collection:LookBack", "00:30:00", "LookBack")]
    [InlineData("Evaluation:RevisionReach", "1.00:00:00", "RevisionReach must be at least LookBack")]
    public void Settings_that_contradict_each_other_are_refused(string key, string value, string word)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        using var services = new ServiceCollection().AddMetricsAlertsPipeline(configuration).BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<CollectionOptions>>().Value);

        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static void Fail(bool when, MetricSourceProblem problem, string message)
    {
        if (when)
            throw new MetricSourceException(problem, message);
    }

    private Task<CollectionReport> CollectAsync() => _pipeline.CollectAsync();

    private static SeriesWindows Only(MetricBatch batch) => batch.Instances.Single().Series.Single();
}

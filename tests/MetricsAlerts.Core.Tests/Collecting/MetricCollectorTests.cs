using MetricsAlerts.Collecting;
using MetricsAlerts.Metrics;
using Moq;

namespace MetricsAlerts.Core.Tests.Collecting;

public sealed class MetricCollectorTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PipelineFixture _pipeline = new();
    private readonly Mock<IMetricSource> _source = new();
    private readonly Dictionary<(string Deployment, string Instance, string Metric), Func<DateTimeOffset, double?>> _values = [];
    private readonly List<Deployment> _deployments = [new("d1", "credit-risk"), new("d2", "churn")];

    public MetricCollectorTests()
    {
        _source.Setup(source => source.ListDeploymentsAsync(It.IsAny<CancellationToken>())).Returns(() => _deployments.ToAsyncEnumerable());
        _source.Setup(source => source.ListMetricsAsync(It.IsAny<Deployment>(), It.IsAny<CancellationToken>())).ReturnsAsync(["Accuracy", "AUC", "responseTime"]);
        _source.Setup(source => source.ListHostsAsync(It.IsAny<Deployment>(), It.IsAny<CancellationToken>())).ReturnsAsync(["h1", "h2"]);
        _source.Setup(source => source.ReadAsync(It.IsAny<Deployment>(), It.IsAny<string>(), It.IsAny<SeriesName>(), It.IsAny<DateTimeOffset>(), It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((Deployment deployment, string instance, SeriesName series, DateTimeOffset start, DateTimeOffset end, CancellationToken _) => Read(deployment.Id, instance, series, start, end));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_new_and_revised_windows_are_published()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        var late = (double?)null;
        var t0 = _pipeline.Time.GetUtcNow();
        _values[("d1", "all", "Accuracy")] = start => start == t0 - Hour ? late : 0.9;

        Assert.Equal(168, (await CollectAsync()).Windows);
        Assert.True((await _pipeline.TakeBatchesAsync()).Single().History);
        Assert.Equal(0, (await CollectAsync()).Windows);

        late = 0.7;
        _pipeline.Time.Advance(Hour);
        Assert.Equal(2, (await CollectAsync()).Windows);
        var batch = Assert.Single(await _pipeline.TakeBatchesAsync());
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
        _values[("d1", "all", "Accuracy")] = start => start == t0 - Hour ? value : 0.9;
        await CollectAsync();
        value = 0.7;
        await CollectAsync();
        value = 0.9;
        await CollectAsync();

        Assert.Equal([0.9, 0.7, 0.9], (await _pipeline.TakeBatchesAsync()).Select(batch => batch.Series.Single().Windows[^1].Value));
    }

    [Fact]
    public async Task One_bad_deployment_does_not_stop_the_others_and_its_checkpoint_stays()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        var isDown = true;
        _values[("d1", "all", "Accuracy")] = _ => isDown ? throw new MetricSourceException(MetricSourceProblem.Forbidden, "no permission") : 0.9;
        _values[("d2", "all", "Accuracy")] = _ => 0.9;

        var report = await CollectAsync();
        Assert.Equal((168, "credit-risk", "no permission"), (report.Windows, report.Failures.Single().Label, report.Failures.Single().Reason));

        isDown = false;
        Assert.Equal(168, (await CollectAsync()).Windows);
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
            """);
        await CollectAsync();

        Assert.Equal(
            ["d1/all/Accuracy/1h", "d1/h1/Accuracy/1h", "d1/h2/Accuracy/1h", "d2/all/AUC/1d", "d2/all/Accuracy/1d"],
            _source.Invocations.Where(call => call.Method.Name == nameof(IMetricSource.ReadAsync))
                .Select(call => $"{((Deployment)call.Arguments[0]!).Id}/{call.Arguments[1]}/{call.Arguments[2]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deployment_that_is_gone_is_told_of_for_every_instance_once()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await CollectAsync();
        await _pipeline.TakeBatchesAsync();
        _deployments.RemoveAt(0);

        Assert.Equal(["d1"], (await CollectAsync()).Gone);
        Assert.Equal(["all", "h1", "h2"], (await _pipeline.TakeBatchesAsync()).Where(batch => batch.DeploymentGone).Select(batch => batch.Instance).Order());
        Assert.Empty((await CollectAsync()).Gone);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_forgets_no_deployment()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        await _pipeline.TakeBatchesAsync();
        _source.Setup(source => source.ListDeploymentsAsync(It.IsAny<CancellationToken>())).Throws(new MetricSourceException(MetricSourceProblem.Unauthorized, "token"));

        await Assert.ThrowsAsync<MetricSourceException>(CollectAsync);
        Assert.Empty(await _pipeline.TakeBatchesAsync());
    }

    [Fact]
    public async Task Completeness_is_read_only_for_rules_that_ask_and_a_change_of_it_is_a_revision()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 }, complete: 80% }, { name: s, metric: AUC, deployments: { id: d2 }, when: { below: 0.8 } }]");
        var last = _pipeline.Time.GetUtcNow() - Hour;
        var share = 0.5;
        _source.Setup(source => source.ReadCompletenessAsync(It.Is<Deployment>(deployment => deployment.Id == "d1"), It.IsAny<string>(), Hour, It.IsAny<DateTimeOffset>(), It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => new Dictionary<DateTimeOffset, double> { [last] = share });
        await CollectAsync();
        await _pipeline.TakeBatchesAsync();
        share = 0.9;

        Assert.Equal(1, (await CollectAsync()).Windows);
        Assert.Equal(0.9, (await _pipeline.TakeBatchesAsync()).Single().Series.Single().Windows.Single().Completeness);
        _source.Verify(source => source.ReadCompletenessAsync(It.Is<Deployment>(deployment => deployment.Id == "d2"), It.IsAny<string>(), It.IsAny<TimeSpan>(), It.IsAny<DateTimeOffset>(), It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Fact]
    public async Task Collected_windows_fire_a_rule()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 }, for: 3 windows }]");
        var t0 = _pipeline.Time.GetUtcNow();
        _values[("d1", "all", "Accuracy")] = start => start >= t0 ? 0.7 : 0.9;
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

    private Task<CollectionReport> CollectAsync() => _pipeline.Collector(_source.Object).CollectAsync(Cancellation);

    private List<MetricWindow> Read(string deployment, string instance, SeriesName series, DateTimeOffset start, DateTimeOffset end)
    {
        var value = _values.GetValueOrDefault((deployment, instance, series.Metric), _ => 0.9);
        var windows = new List<MetricWindow>();
        for (var from = start; from < end; from += series.Bucket)
            windows.Add(new(from, from + series.Bucket, value(from), 100));
        return windows;
    }
}

using MetricsAlerts.Metrics;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>
/// A source that tells of one model at a time, the current one unless it is asked of another: what it says of the hours of a model that
/// was replaced is nothing.
/// </summary>
public sealed class ReplacedModelTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PipelineFixture _pipeline = new() { Options = new CollectionOptions { LateActualsEvery = Hour } };
    private DateTimeOffset _replacedAt = DateTimeOffset.MaxValue;

    // F9
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replacement_neither_rewrites_the_past_nor_loses_the_hour_it_falls_into(bool saysSince)
    {
        await StartAsync();
        await _pipeline.CollectAsync();
        await _pipeline.TakeAsync();
        for (var tick = 0; tick < 9 * 6; tick++)
        {
            _pipeline.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
            if (tick == 27)
                Replace(saysSince);
            await _pipeline.CollectAsync();
        }

        var windows = (await _pipeline.TakeAsync()).SelectMany(batch => batch.Instances).SelectMany(instance => instance.Series)
            .SelectMany(series => series.Windows.Select(window => (series.Metric, window))).ToList();

        Assert.Equal(3 * 9, windows.Count);
        Assert.All(windows.Where(one => one.Metric != "Accuracy"), one => Assert.Equal(60, one.window.Value));
        Assert.All(windows.Where(one => one.Metric == "Accuracy"), one => Assert.Equal(0.9, one.window.Value));
        Assert.Equal(["new", "old"], windows.Select(one => one.window.ModelId!).Distinct().Order(StringComparer.Ordinal));
    }

    // F9
    [Fact]
    public async Task What_a_model_did_before_anybody_looked_is_asked_of_it_where_its_history_tells()
    {
        _pipeline.Source.Models.Add(new("old", null, _pipeline.Now - (30 * Hour)));
        _pipeline.Source.Models.Add(new("new", _pipeline.Now - (30 * Hour), null));
        _replacedAt = _pipeline.Now - (30 * Hour);
        await StartAsync();
        _pipeline.Source.Deployments[0] = _pipeline.Source.Deployments[0] with { ModelId = "new", ModelSince = _replacedAt };

        var report = await _pipeline.CollectAsync();

        var accuracy = Accuracy(Assert.Single(await _pipeline.TakeAsync()));
        Assert.Equal((138, 30), (accuracy.Count(window => window.ModelId == "old"), accuracy.Count(window => window.ModelId == "new")));
        Assert.All(accuracy, window => Assert.Equal(0.9, window.Value));
        Assert.Empty(report.Notes);
    }

    // F9
    [Fact]
    public async Task What_an_unknown_model_did_is_not_read_as_nothing_and_that_is_noted()
    {
        _replacedAt = _pipeline.Now - (30 * Hour);
        await StartAsync();
        _pipeline.Source.Deployments[0] = _pipeline.Source.Deployments[0] with { ModelId = "new", ModelSince = _replacedAt };

        var report = await _pipeline.CollectAsync();

        Assert.Equal(30, Accuracy(Assert.Single(await _pipeline.TakeAsync())).Count);
        Assert.Contains("another model", Assert.Single(report.Notes).Text, StringComparison.Ordinal);
    }

    // F9
    [Fact]
    public async Task The_hour_in_which_an_unknown_model_was_replaced_is_not_told_by_half()
    {
        _replacedAt = _pipeline.Now - (30 * Hour) + TimeSpan.FromMinutes(55);
        await StartAsync();
        _pipeline.Source.Deployments[0] = _pipeline.Source.Deployments[0] with { ModelId = "new", ModelSince = _replacedAt };

        await _pipeline.CollectAsync();

        var series = Assert.Single(await _pipeline.TakeAsync()).Instances.Single().Series;
        Assert.All(series.Where(one => one.Metric != "Accuracy").SelectMany(one => one.Windows), window => Assert.Equal(60, window.Value));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static IReadOnlyList<MetricWindow> Accuracy(MetricBatch batch) =>
        batch.Instances.Single().Series.Single(series => series.Metric == "Accuracy").Windows;

    private async Task StartAsync()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: a, metric: Accuracy, when: { below: 0.8 } }
              - { name: r, metric: rowCount, when: { below: 10 } }
              - { name: t, metric: totalRequests, when: { below: 10 } }
            """);
        var source = _pipeline.Source;
        source.Deployments.RemoveAt(1);
        source.Deployments[0] = source.Deployments[0] with { ModelId = "old" };
        source.Window = (_, query, at) =>
        {
            var model = query.ModelId ?? source.Deployments[0].ModelId;
            var (from, until) = model == "old" ? (at, Earlier(_replacedAt, at + Hour)) : (Later(_replacedAt, at), at + Hour);
            var rows = Math.Max(0, (int)(until - from).TotalMinutes);
            double? value = query.Series.Metric == "Accuracy" ? rows == 0 ? null : 0.9 : rows;
            return new(at, at + Hour, value, rows) { ModelId = model };
        };
    }

    private void Replace(bool saysSince)
    {
        _replacedAt = _pipeline.Now - TimeSpan.FromMinutes(5);
        var deployment = _pipeline.Source.Deployments[0];
        _pipeline.Source.Deployments[0] = deployment with { ModelId = "new", ModelSince = saysSince ? _replacedAt : null };
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

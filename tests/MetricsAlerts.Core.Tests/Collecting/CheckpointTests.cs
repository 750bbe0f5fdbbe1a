using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Storage;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>What is remembered of a deployment from tick to tick, and what is forgotten.</summary>
public sealed class CheckpointTests : IAsyncDisposable
{
    private const string EachHost =
        "rules: [{ name: r, metric: responseTime, instances: each, deployments: { id: d1 }, when: { above: 1 } }]";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PipelineFixture _pipeline = new();

    private FakeSource Source => _pipeline.Source;

    // P25
    [Fact]
    public async Task A_deployment_that_is_gone_for_one_tick_gets_its_whole_history_published_again()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        var d1 = Source.Deployments[0];
        await CollectAsync();
        Source.Deployments.Remove(d1);
        await CollectAsync();
        Source.Deployments.Add(d1);
        await CollectAsync();

        var batches = await _pipeline.TakeAsync();

        Assert.Equal([168, 0, 168], batches.Where(batch => batch.DeploymentId == "d1").Select(Windows));
    }

    // P31
    [Fact]
    public async Task The_reading_grows_with_every_batch_even_when_the_clock_is_set_back()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        var value = 0.9;
        var readings = new List<long>();
        Source.Set("d1", "Accuracy", _ => value);
        foreach (var hours in (int[])[0, 1, -5, 0, 6])
        {
            _pipeline.Time.AdjustTime(_pipeline.Time.GetUtcNow().AddHours(hours));
            value -= 0.01;
            await CollectAndTakeAsync();
        }

        var d1 = Source.Deployments[0];
        Source.Deployments.Remove(d1);
        _pipeline.Time.AdjustTime(_pipeline.Time.GetUtcNow().AddHours(-3));
        await CollectAndTakeAsync();

        Assert.Equal(6, readings.Count);
        Assert.Equal(readings.Distinct().Order(), readings);

        async Task CollectAndTakeAsync()
        {
            await CollectAsync();
            readings.AddRange((await _pipeline.TakeAsync()).Select(batch => batch.Reading));
        }
    }

    // K9
    [Fact]
    public async Task Hosts_that_come_and_go_leave_nothing_behind()
    {
        await _pipeline.ApplyAsync(EachHost);
        var most = 0;
        for (var day = 0; day < 60; day++)
        {
            Source.Hosts.Clear();
            Source.Hosts.AddRange(Enumerable.Range(0, 4).Select(host => $"day-{day}-host-{host}"));
            for (var tick = 0; tick < 4; tick++)
            {
                await CollectAsync();
                _pipeline.Time.Advance(6 * Hour);
            }

            most = Math.Max(most, (await _pipeline.CheckpointRowsAsync("d1")).Count);
        }

        // The deployment, the whole, and the hosts of two days.
        Assert.InRange(most, 1, 2 + (3 * 4));
        Assert.Equal(58 * 4, (await _pipeline.TakeAsync()).SelectMany(batch => batch.GoneInstances).Distinct().Count());
    }

    // K9
    [Fact]
    public async Task A_host_that_no_rule_wants_any_more_is_forgotten_and_not_gone()
    {
        await ApplyAsync("each");
        await CollectAsync();
        await _pipeline.TakeAsync();
        await ApplyAsync("all");
        await CollectAsync();
        Assert.Empty(await _pipeline.TakeAsync());
        await CollectAsync();

        Assert.Equal(["deployment", "i|all|00"], (await _pipeline.CheckpointRowsAsync("d1")).Select(row => row.RowKey));
        var batch = Assert.Single(await _pipeline.TakeAsync());
        Assert.Empty(batch.GoneInstances);
        Assert.All(batch.GoneSeries, series => Assert.True(series.Unwatched));
        Assert.Equal(["h1", "h2"], batch.GoneSeries.Select(series => series.Instance).Order());

        Task ApplyAsync(string instances) => _pipeline.ApplyAsync(EachHost.Replace("each", instances, StringComparison.Ordinal));
    }

    // K20b
    [Fact]
    public async Task A_deployment_of_120_hosts_and_ten_metrics_is_saved_in_commits_that_Table_Storage_takes()
    {
        await ManyHostsAsync();
        var commits = new List<IReadOnlyList<TableOperation>>();
        _pipeline.Tables.OnCommit = (partition, operations) =>
        {
            if (partition == "Checkpoints/d1")
                commits.Add(operations);
        };

        Assert.Equal(121 * 10 * 168, (await CollectAsync()).Windows);
        Assert.Equal(0, (await CollectAsync()).Windows);

        Assert.InRange(commits.Count, 2, 3);
        Assert.All(commits, operations => Assert.InRange(operations.Count, 1, TableLimits.MaxBatchOperations));
        Assert.All(commits, operations => Assert.InRange(operations.Sum(BytesOf), 1, 3 * 1024 * 1024));

        for (var day = 1; day <= 7; day++)
        {
            _pipeline.Time.Advance(24 * Hour);
            Assert.Equal(121 * 10 * 24, (await CollectAsync()).Windows);
        }

        Assert.All(commits, operations => Assert.InRange(operations.Sum(BytesOf), 1, 3 * 1024 * 1024));
    }

    // K20b
    [Fact]
    public async Task What_a_crash_between_two_commits_left_unsaved_is_published_again_and_nothing_else()
    {
        await ManyHostsAsync();
        var commits = 0;
        _pipeline.Tables.OnCommit = (partition, _) =>
        {
            if (partition == "Checkpoints/d1" && ++commits == 2)
                throw new IOException("the process died");
        };
        await CollectAsync();
        var first = Published(await _pipeline.TakeAsync());

        _pipeline.Tables.OnCommit = (_, _) => { };
        await CollectAsync();
        var second = Published(await _pipeline.TakeAsync());
        await CollectAsync();

        Assert.Equal(121, first.Count);
        Assert.InRange(second.Count, 1, 120);
        Assert.Empty(await _pipeline.TakeAsync());

        static HashSet<string> Published(List<MetricBatch> batches) =>
            [.. batches.SelectMany(batch => batch.Instances).Select(instance => instance.Instance)];
    }

    [Fact]
    public async Task A_quiet_deployment_is_not_written()
    {
        await _pipeline.ApplyAsync(EachHost);
        await CollectAsync();
        var commits = 0;
        _pipeline.Tables.OnCommit = (partition, _) => commits += partition == "Checkpoints/d1" ? 1 : 0;

        for (var tick = 0; tick < 5; tick++)
        {
            await CollectAsync();
            _pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal(0, commits);
    }

    [Fact]
    public async Task An_instance_with_more_series_than_a_row_holds_takes_several_rows()
    {
        Source.Offered.Clear();
        Source.Offered.AddRange(Enumerable.Range(0, 400).Select(number => $"metric {number:000}"));
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: \"metric *\", deployments: { id: d1 }, when: { below: 0.8 } }]");

        Assert.Equal(400 * 168, (await CollectAsync()).Windows);
        Assert.Equal(0, (await CollectAsync()).Windows);

        Assert.Equal(["deployment", "i|all|00", "i|all|01"], (await _pipeline.CheckpointRowsAsync("d1")).Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_host_may_be_called_like_a_part_of_another_and_a_row_of_an_older_format_goes()
    {
        Source.Hosts.Clear();
        Source.Hosts.AddRange(["web", "web|00", "web.01", "web|00|00", new string('x', 900)]);
        var older = new TableOperation.Upsert(new("checkpoint", new Dictionary<string, object> { ["length"] = 1L }));
        await _pipeline.Tables.GetTable(PipelineTables.Checkpoints).CommitAsync("d1", [older], TestContext.Current.CancellationToken);
        await _pipeline.ApplyAsync(EachHost);

        Assert.Equal(6 * 168, (await CollectAsync()).Windows);
        Assert.Equal(0, (await CollectAsync()).Windows);
        Assert.DoesNotContain(await _pipeline.CheckpointRowsAsync("d1"), row => row.RowKey == "checkpoint");
    }

    // K5
    [Theory]
    [InlineData("responseTime")]
    [InlineData("Accuracy")]
    public async Task A_rule_that_is_added_later_gets_the_history_that_it_looks_at(string metric)
    {
        const string Common = "deployments: { id: d1 }";
        await _pipeline.ApplyAsync($"rules: [{{ name: r, metric: {metric}, {Common}, when: {{ above: 1000 }} }}]");
        await CollectAsync();
        _pipeline.Time.Advance(3 * Hour);
        await CollectAsync();
        await _pipeline.TakeAsync();

        await _pipeline.ApplyAsync(
            $$"""
            rules:
              - { name: r, metric: {{metric}}, {{Common}}, when: { above: 1000 } }
              - { name: week, metric: {{metric}}, {{Common}}, for: 240 windows, when: { worsensBy: 10%, versus: sameHourLastWeek } }
            """);
        await CollectAsync();

        var windows = Assert.Single(await _pipeline.TakeAsync()).Instances.Single().Series.Single().Windows;
        Assert.Equal(_pipeline.Time.GetUtcNow().AddSeconds(-3) - (408 * Hour), windows[0].Start);

        // Once is enough.
        await CollectAsync();
        Assert.Empty(await _pipeline.TakeAsync());
    }

    // K6
    [Fact]
    public async Task A_rule_that_comes_back_is_read_as_one_that_is_new()
    {
        const string Other = "{ name: s, metric: AUC, deployments: { id: d1 }, when: { below: 0.8 } }]";
        const string Rules = "rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }, " + Other;
        await _pipeline.ApplyAsync(Rules);
        await CollectAsync();
        await _pipeline.ApplyAsync("rules: [" + Other);
        await CollectAsync();
        _pipeline.Time.Advance(5 * 24 * Hour);
        await CollectAsync();
        await _pipeline.TakeAsync();

        await _pipeline.ApplyAsync(Rules);
        await CollectAsync();

        var series = Assert.Single(await _pipeline.TakeAsync()).Instances.Single().Series.Single();
        Assert.Equal(("Accuracy", 168), (series.Metric, series.Windows.Count));
    }

    // K6
    [Fact]
    public async Task Of_a_deployment_that_no_rule_is_for_any_more_no_series_is_remembered()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await CollectAsync();
        await _pipeline.TakeAsync();
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, deployments: { id: d2 }, when: { below: 0.8 } }]");
        await CollectAsync();
        Assert.DoesNotContain(await _pipeline.TakeAsync(), batch => batch.DeploymentId == "d1");
        await CollectAsync();

        Assert.Equal([new("all", "Accuracy", Hour) { Unwatched = true }], Assert.Single(await _pipeline.TakeAsync(), batch => batch.DeploymentId == "d1").GoneSeries);
        Assert.Equal(["deployment"], (await _pipeline.CheckpointRowsAsync("d1")).Select(row => row.RowKey));
    }

    // K4
    [Theory]
    [InlineData("Accuracy", 8 * 24)]
    [InlineData("responseTime", 8 * 24)]
    public async Task After_an_outage_longer_than_the_look_back_all_that_a_rule_looks_at_is_read(string metric, int hours)
    {
        await _pipeline.ApplyAsync(
            $"rules: [{{ name: r, metric: {metric}, deployments: {{ id: d1 }}, for: {hours} windows, when: {{ below: 0.8 }} }}]");
        await CollectAsync();
        await _pipeline.TakeAsync();

        _pipeline.Time.Advance(9 * 24 * Hour);
        await CollectAsync();

        var windows = Assert.Single(await _pipeline.TakeAsync()).Instances.Single().Series.Single().Windows;
        Assert.InRange(windows.Count, hours, 9 * 24);
    }

    // K15
    [Fact]
    public async Task A_day_is_read_even_when_the_source_is_away_for_longer_than_a_short_look_back_after_midnight()
    {
        _pipeline.Options = new() { LookBack = Hour };
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, bucket: 1d, deployments: { id: d1 }, when: { below: 0.8 } }]");
        await CollectAsync();
        await _pipeline.TakeAsync();
        var published = 0;
        for (var hour = 1; hour <= 72; hour++)
        {
            _pipeline.Time.Advance(Hour);
            var isDown = hour % 24 < 2;
            Source.OnRead = (_, _) =>
            {
                if (isDown)
                    throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
            };
            await CollectAsync();
            published += (await _pipeline.TakeAsync()).Sum(Windows);
        }

        // The third day ends when the source is down again.
        Assert.Equal(2, published);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task<CollectionReport> CollectAsync() => _pipeline.CollectAsync();

    private async Task ManyHostsAsync()
    {
        Source.Deployments.RemoveAt(1);
        Source.Hosts.Clear();
        Source.Hosts.AddRange(Enumerable.Range(0, 120).Select(host => $"10.0.0.{host}"));
        string[] names = ["Accuracy", "AUC", "LogLoss", "F1", "TPR", "PPV", "MCC", "TNR", "FPR", "Gini Norm"];
        var rules = names.Select((name, number) => $"  - {{ name: r{number}, metric: {name}, instances: each, when: {{ below: 0.8 }} }}");
        await _pipeline.ApplyAsync("rules:\n" + string.Join('\n', rules));
    }

    private static int Windows(MetricBatch batch) => batch.Instances.Sum(instance => instance.Series.Sum(series => series.Windows.Count));

    private static int BytesOf(TableOperation operation)
    {
        var row = operation switch { TableOperation.Insert insert => insert.Row, TableOperation.Replace replace => replace.Row, _ => null };
        return row?.Properties.Values.OfType<byte[]>().Sum(bytes => bytes.Length) ?? 0;
    }
}

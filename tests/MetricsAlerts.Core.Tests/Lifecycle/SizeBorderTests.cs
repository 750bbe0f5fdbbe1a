using MetricsAlerts.Core.Tests.Evaluating;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Core.Tests.Lifecycle;

/// <summary>Deployments at the borders of what a message, a row and a batch of the tables hold.</summary>
public sealed class SizeBorderTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new(("Notify:GroupWait", "00:00:00"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_hosts_are_committed_in_several_batches_and_all_their_alerts_are_told()
    {
        await ApplyAsync();
        var batches = Count();
        await _pipeline.TakeAsync(Hosts(200, hour: 0, 0.7));
        await _pipeline.NotifyAllAsync();

        Assert.All(batches, operations => Assert.InRange(operations, 1, TableLimits.MaxBatchOperations));
        Assert.True(batches.Count > 4, $"{batches.Count} batches.");
        Assert.Equal(200, _pipeline.Channels.Taken.Select(taken => taken.Change.Alert.Key.Instance).Distinct().Count());
    }

    [Fact]
    public async Task A_crash_between_two_batches_of_a_split_commit_ends_right()
    {
        await ApplyAsync();
        var total = 0;
        for (var dieAt = 0; dieAt == 0 || dieAt <= total; dieAt++)
        {
            var commits = 0;
            _pipeline.Tables.OnCommitted = (partition, _) =>
            {
                if (partition == $"Series/h{dieAt}" && ++commits == dieAt)
                    throw new InvalidOperationException("killed");
            };
            await _pipeline.TakeAsync(Hosts(120, hour: 0, 0.7, $"h{dieAt}"));
            total = dieAt == 0 ? commits : total;
            Assert.Equal(Enumerable.Repeat("open warning", 120), (await _pipeline.AlertsAsync($"h{dieAt}")).Select(alert => alert.Split(' ', 2)[1]));
        }

        _pipeline.Tables.OnCommitted = (_, _) => { };
        await _pipeline.NotifyAllAsync();
        Assert.InRange(total, 3, 10);
        Assert.Equal(120 * (total + 1), _pipeline.Channels.Taken.Count());
    }

    [Fact]
    public async Task A_reading_that_needs_several_messages_changes_alerts_only_with_the_last_and_then_all_of_them()
    {
        await ApplyAsync();
        await _pipeline.TakeAsync(Hosts(200, hour: 0, 0.9));
        var reading = Hosts(200, hour: 1, 0.7, metrics: 12);
        var messages = MetricBatchMessages.Of(reading);
        Assert.True(messages.Count > 1);
        foreach (var message in messages.SkipLast(1))
        {
            await _pipeline.Windows.SendAsync([message], Cancellation);
            await _pipeline.EvaluateAsync();
            Assert.Empty(await _pipeline.AlertsAsync());
        }

        await _pipeline.Windows.SendAsync([messages[^1]], Cancellation);
        await _pipeline.EvaluateAsync();

        Assert.Equal(200, (await _pipeline.AlertsAsync()).Count(alert => alert.Contains("open", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_instance_over_a_mebibyte_is_kept_in_several_rows()
    {
        await _pipeline.ApplyAsync("rules: [{ name: any, metric: \"featureDrift/*\", when: { above: 1000 }, for: 400 windows }]");
        for (var part = 0; part < 6; part++)
            await _pipeline.TakeAsync(Features(from: part * 50, hour: 0, windows: 500, reading: part + 1));
        await _pipeline.TakeAsync(Features(from: 0, hour: 500, windows: 1, reading: 10));

        var rows = await _pipeline.RowsAsync(PipelineTables.Series, "d1");
        Assert.All(rows, row => Assert.True(TableSize.Stored("d1", row) <= TableLimits.MaxRowBytes));
        var earlier = rows.Where(row => row.RowKey.StartsWith("w|all|", StringComparison.Ordinal)).ToList();
        Assert.True(earlier.Count > 1, $"{earlier.Count} rows.");
        Assert.True(BinaryPayload.Load(earlier).Length > 1024 * 1024);
    }

    [Fact]
    public void Operations_that_belong_together_are_cut_only_where_they_do_not_fit()
    {
        var groups = Enumerable.Range(0, 3).Select(group => (IReadOnlyList<TableOperation>)[.. Enumerable.Range(0, 45).Select(row => Row($"{group}-{row}", 10))]);
        Assert.Equal([90, 45], CommitBatches.Of(groups).Select(batch => batch.Count));

        var large = Enumerable.Range(0, 3).Select(group => (IReadOnlyList<TableOperation>)[.. Enumerable.Range(0, 20).Select(row => Row($"{group}-{row}", 60_000))]);
        var batches = CommitBatches.Of(large).ToList();
        Assert.Equal([40, 20], batches.Select(batch => batch.Count));
        Assert.All(batches, batch => TableLimits.Check("d1", batch));

        IReadOnlyList<TableOperation> one = [.. Enumerable.Range(0, 230).Select(row => Row($"{row}", 10))];
        Assert.Equal([100, 100, 30], CommitBatches.Of([one]).Select(batch => batch.Count));
    }

    [Fact]
    public void A_batch_of_alerts_in_any_script_is_below_the_limit()
    {
        IReadOnlyList<TableOperation> alerts = [.. Enumerable.Range(0, 100).Select(row => (TableOperation)new TableOperation.Insert(new(
            $"a|{row}", new Dictionary<string, object> { ["alert"] = new string('ж', 20_000) })))];

        Assert.All(CommitBatches.Of([alerts]), batch => TableLimits.Check("d1", batch));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static TableOperation Row(string key, int bytes) =>
        new TableOperation.Insert(new(key, new Dictionary<string, object> { ["data00"] = new byte[bytes] }));

    private List<int> Count()
    {
        var batches = new List<int>();
        _pipeline.Tables.OnCommit = (partition, operations) =>
        {
            if (partition.StartsWith("Series/", StringComparison.Ordinal))
                batches.Add(operations.Count);
        };
        return batches;
    }

    private MetricBatch Hosts(int hosts, int hour, double value, string deployment = "d1", int metrics = 1) => new(deployment)
    {
        Deployment = _pipeline.DeploymentOf(deployment),
        Reading = hour + 1,
        Instances = [.. Enumerable.Range(0, hosts).Select(host => new InstanceWindows($"h{host}", [.. Enumerable.Range(0, metrics).Select(metric =>
            new SeriesWindows(metric == 0 ? "Accuracy" : $"custom/{metric}", Story.Hour, [Window(hour, value)]))]))],
    };

    private MetricBatch Features(int from, int hour, int windows, long reading) => new("d1")
    {
        Deployment = _pipeline.DeploymentOf("d1"),
        Reading = reading,
        Instances = [new("all", [.. Enumerable.Range(from, 50).Select(feature => new SeriesWindows(
            $"featureDrift/{feature}", Story.Hour, [.. Enumerable.Range(hour, windows).Select(one => Window(one, one + (feature / 1000.0)))]))])],
    };

    private static MetricWindow Window(int hour, double value) => new(Story.Start.AddHours(hour), Story.Start.AddHours(hour + 1), value, 100 + hour);

    private Task ApplyAsync() => _pipeline.ApplyAsync(
        """
        rules: [{ name: floor, metric: Accuracy, instances: each, when: { below: 0.85 }, notify: [chat] }]
        channels: [{ name: chat, type: teams, url: "secret:chat" }]
        """);
}

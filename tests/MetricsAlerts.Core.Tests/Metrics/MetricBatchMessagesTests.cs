using System.Text.Json;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Core.Tests.Metrics;

public sealed class MetricBatchMessagesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_reading_is_one_message_in_the_session_of_its_deployment()
    {
        var batch = Batch(instances: 5, series: 10, windows: 1) with { GoneInstances = ["h9"], GoneSeries = [new("all", "old", Hour)] };

        var message = Assert.Single(MetricBatchMessages.Of(batch));

        Assert.Equal(("d1", MetricBatch.SchemaName), (message.SessionId, message.Schema));
        var read = Read(message);
        Assert.False(read.MoreFollows);
        Assert.Equal((7, "credit"), (read.Reading, read.Deployment!.Label));
        Assert.Equal(("h9", "old"), (read.GoneInstances.Single(), read.GoneSeries.Single().Metric));
        Assert.Equal(Windows([batch]), Windows([read]));
    }

    [Theory]
    [InlineData(5, 10, 168)]
    [InlineData(1, 1, 5000)]
    [InlineData(2000, 1, 1)]
    [InlineData(1, 3000, 1)]
    [InlineData(3, 2, 1500)]
    public void A_large_reading_is_split_by_size_and_all_but_the_last_say_that_more_follows(int instances, int series, int windows)
    {
        var batch = Batch(instances, series, windows) with
        {
            GoneInstances = [.. Enumerable.Range(0, 3000).Select(number => $"gone-{number}")],
            GoneSeries = [.. Enumerable.Range(0, 4000).Select(number => new GoneSeries("all", $"metric {number}", Hour))],
        };

        var messages = MetricBatchMessages.Of(batch);

        var read = messages.Select(Read).ToList();
        Assert.All(messages, message => Assert.InRange(message.Body.Length, 1, MetricBatchMessages.MaxBytes));
        Assert.Equal([.. Enumerable.Repeat(true, read.Count - 1), false], read.Select(part => part.MoreFollows));
        Assert.All(read, part => Assert.Equal((7, "credit"), (part.Reading, part.Deployment!.Label)));
        Assert.Equal(Windows([batch]), Windows(read));
        Assert.Equal(batch.GoneInstances, read.SelectMany(part => part.GoneInstances));
        Assert.Equal(batch.GoneSeries, read.SelectMany(part => part.GoneSeries));
        Assert.Equal(messages.Count, messages.Select(message => message.MessageId).Distinct().Count());

        // Split by size and not wastefully.
        Assert.InRange(messages.Count, 1, 1 + (messages.Sum(message => message.Body.Length) / (MetricBatchMessages.MaxBytes / 2)));
    }

    // P25
    [Fact]
    public void The_same_content_of_another_reading_is_another_message()
    {
        var batch = Batch(1, 1, 1);

        Assert.Equal(Id(batch), Id(batch with { }));
        Assert.NotEqual(Id(batch), Id(batch with { Reading = 8 }));
    }

    [Fact]
    public void A_deployment_whose_id_is_too_long_for_a_session_has_a_derived_one()
    {
        var session = Assert.Single(MetricBatchMessages.Of(new(new string('d', 300)))).SessionId;

        Assert.InRange(session.Length, 1, 128);
    }

    [Fact]
    public void A_message_that_leaves_lists_out_is_read_as_one_with_empty_lists()
    {
        var batch = JsonSerializer.Deserialize("""{"schema":"metric-batch/1","deploymentId":"d1"}""", MetricJson.Default.MetricBatch)!;

        Assert.Equal((0, 0, 0), (batch.Instances.Count, batch.GoneInstances.Count, batch.GoneSeries.Count));
    }

    private static MetricBatch Batch(int instances, int series, int windows) => new("d1")
    {
        Deployment = new("d1", "credit"),
        Reading = 7,
        Instances = [.. Enumerable.Range(0, instances).Select(instance => new InstanceWindows(
            $"host-{instance}",
            [.. Enumerable.Range(0, series).Select(number => Series(number, windows))]))],
    };

    private static SeriesWindows Series(int number, int windows) =>
        new($"metric {number}", Hour, [.. Enumerable.Range(0, windows).Select(Window)]);

    private static MetricWindow Window(int hour) =>
        new(Start.AddHours(hour), Start.AddHours(hour + 1), 0.9 + (hour * 0.0001), 1000 + hour) { ModelId = "65f000000000000000000001" };

    private static IEnumerable<(string Instance, string Metric, MetricWindow Window)> Windows(IEnumerable<MetricBatch> batches) =>
        from batch in batches
        from instance in batch.Instances
        from series in instance.Series
        from window in series.Windows
        select (instance.Instance, series.Metric, window);

    private static string Id(MetricBatch batch) => MetricBatchMessages.Of(batch).Single().MessageId;

    private static MetricBatch Read(QueueMessage message) => JsonSerializer.Deserialize(message.Body.Span, MetricJson.Default.MetricBatch)!;
}

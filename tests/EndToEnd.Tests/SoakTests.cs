using System.Diagnostics;
using MetricsAlerts.Metrics;
using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.Scenarios;

namespace EndToEnd.Tests;

/// <summary>Twenty-five hundred deployments with four instances each, ten ticks, one request in twenty fails.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Deployments = 2500;
    private const int Hosts = 4;
    private const int Ticks = 10;

    private const string Rules = "rules: [{ name: slow, metric: responseTime, instances: each, when: { above: 5000 } }]";

    private static readonly DateTimeOffset Start = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private static readonly Fault[] Faults =
    [
        new("500", 0.01), new("503", 0.015), new("reset", 0.01), new("half", 0.01), new("html", 0.005) { Path = "serviceStats" },
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_window_is_published_once_per_value_and_memory_is_flat()
    {
        var world = SyntheticWorld.Create(Deployments, Hosts, Start.AddDays(-20), TimeSpan.FromDays(40))
            .With([.. Faults.Select(fault => fault with { To = Start.AddHours(Ticks) })]);
        var settings = new Dictionary<string, string?>
        {
            ["DataRobot:MaxConcurrency"] = "32",
            ["Collection:MaxConcurrency"] = "16",
            ["DataRobot:Remember"] = "1.00:00:00",

            // The past of so many series would take longer than all that follows.
            ["Collection:LookBack"] = "03:00:00",
        };
        await using var pipeline = await CollectingPipeline.StartAsync(world, Start, Rules, settings, Cancellation);
        var published = new Dictionary<(int Series, int Hour), double?>(Deployments * (Hosts + 1) * (Ticks + 2));
        var series = new Dictionary<(string Deployment, string Instance), int>();
        var repeated = 0;
        var heaps = new List<long>();
        var clock = Stopwatch.StartNew();

        for (var tick = 0; tick < Ticks; tick++)
        {
            pipeline.Clock.AdvanceTo(Start.AddHours(tick));
            var report = await pipeline.CollectAsync(Cancellation);
            await pipeline.TakeAsync(Record, Cancellation);
            heaps.Add(GC.GetTotalMemory(forceFullCollection: true));
            output.WriteLine(
                $"tick {tick}: {report.Windows} windows, {report.Requests} requests, {report.Failures.Count} deployments with failures, " +
                $"{heaps[^1] / (1024 * 1024)} MiB, {clock.Elapsed.TotalSeconds:0.0} s");
        }

        pipeline.Clock.AdvanceTo(Start.AddHours(Ticks));
        Assert.True((await pipeline.CollectAsync(Cancellation)).IsHealthy);
        await pipeline.TakeAsync(Record, Cancellation);

        Assert.Equal(0, repeated);
        Assert.Equal(Deployments * (Hosts + 1), series.Count);
        foreach (var statistics in world.Deployments)
            Assert.All([.. statistics.Deployment.Hosts, Instances.All], host => Check(statistics, host));

        // What the test itself records is allocated at the start; the rest may not grow with the ticks.
        Assert.True(
            heaps[^1] < heaps[2] * 1.15, $"The heap grew from {heaps[2]} to {heaps[^1]} bytes between the third and the last tick.");

        void Record(MetricBatch batch)
        {
            foreach (var instance in batch.Instances)
            {
                var key = (batch.DeploymentId, instance.Instance);
                if (!series.TryGetValue(key, out var number))
                    series[key] = number = series.Count;
                foreach (var window in instance.Series.Single().Windows)
                {
                    var hour = (int)(window.Start - Start).TotalHours;
                    if (published.TryGetValue((number, hour), out var before) && before == window.Value)
                        repeated++;
                    published[(number, hour)] = window.Value;
                }
            }
        }

        void Check(MetricsAlerts.Simulator.World.IDeploymentStatistics statistics, string host)
        {
            // A series whose first collections failed begins with the first that did not.
            var number = series[(statistics.Deployment.Id, host)];
            for (var hour = Enumerable.Range(0, Ticks).First(hour => published.ContainsKey((number, hour))); hour < Ticks; hour++)
            {
                var of = host == Instances.All ? null : host;
                var truth = statistics.Service(
                    new("responseTime"), new(Start.AddHours(hour), Start.AddHours(hour + 1), DateTimeOffset.MaxValue) { Host = of });
                Assert.Equal(truth, published[(number, hour)]);
            }
        }
    }
}

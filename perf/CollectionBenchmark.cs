using System.Diagnostics;
using System.Globalization;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// How fast windows come from the simulator over HTTP through the collector into the queue, durably. The simulator runs in the same
/// process, so its work is in the time and, as it allocates on other threads, not in the bytes of the collector's client side
/// alone: the figures are upper bounds.
/// </summary>
internal static class CollectionBenchmark
{
    private const int Deployments = 300;
    private const int Hosts = 3;
    private const int Ticks = 5;

    private const string Rules =
        """
        rules:
          - { name: accuracy, metric: Accuracy, instances: each, when: { below: 0.5 } }
          - { name: slow, metric: responseTime.p90, instances: each, when: { above: 5000 } }
        """;

    public static async Task RunAsync()
    {
        var start = new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);
        var folder = Directory.CreateTempSubdirectory("metrics-alerts-benchmark-");
        var clock = new SimulatedClock(start);
        await using var simulator = await SimulatorHost.StartAsync(
            SyntheticWorld.Create(Deployments, Hosts, start.AddDays(-20), TimeSpan.FromDays(40)), clock, 0, CancellationToken.None);
        await using (var services = Services(simulator, clock, Path.Combine(folder.FullName, "benchmark.db")))
        {
            await services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(Rules, "rules.yaml"), CancellationToken.None);
            Console.WriteLine($"Collection: {Deployments} deployments, {Hosts + 1} instances each, Accuracy over 7 days and " +
                $"responseTime.p90, simulator in the same process");
            Console.WriteLine(
                "tick | windows read | published | requests | requests/s | windows read/s | windows read/request | bytes/window read");
            for (var tick = 0; tick < Ticks; tick++)
                await TickAsync(services, clock, start.AddHours(tick), tick);
        }

        folder.Delete(recursive: true);
    }

    private static async Task TickAsync(ServiceProvider services, SimulatedClock clock, DateTimeOffset now, int tick)
    {
        clock.AdvanceTo(now);
        var (allocated, watch) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
        await services.GetRequiredService<CollectionScheduler>().RunAsync(CancellationToken.None);
        await services.GetRequiredService<PipelineWorkers>().Collect.DrainAsync(concurrency: 2, CancellationToken.None);
        var (seconds, bytes) = (watch.Elapsed.TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        var report = (await services.GetRequiredService<TickReports>().LoadAsync(CancellationToken.None))!.Report;

        // Accuracy is read over the whole look-back each time, the response time over what has not settled.
        var read = Deployments * (Hosts + 1) * (168 + (tick == 0 ? 1 : Math.Min(tick + 1, 4)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{tick} | {read:N0} | {report.Windows:N0} | {report.Requests:N0} | {report.Requests / seconds:N0} | " +
            $"{read / seconds:N0} | {read / (double)report.Requests:0.0} | {bytes / (double)read:N0}"));
    }

    private static ServiceProvider Services(SimulatorHost simulator, SimulatedClock clock, string file) =>
        new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
        {
            ["Sqlite:File"] = file,
            ["DataRobot:Endpoint"] = simulator.Endpoint.ToString(),
            ["DataRobot:ApiToken"] = "any",
            ["DataRobot:MaxRequestsPerSecond"] = "100000",
            ["DataRobot:MaxConcurrency"] = "32",
            ["Collection:MaxConcurrency"] = "16",
        })).BuildServiceProvider();
}

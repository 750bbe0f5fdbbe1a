using System.Diagnostics;
using System.Globalization;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// The stage Evaluate of the embedded pipeline at 100,000 series (10,000 deployments with ten metrics each, a rule on each metric,
/// one value in a hundred breaching): from messages in the queue to everything committed on disk. First a week of history, then
/// ticks that bring each series one window; and Prometheus on the same machine with as many series and the same rules, where it is
/// installed (Debian package <c>prometheus</c>). Prometheus evaluates what it holds in memory and commits the alerts' states every
/// few seconds; its figure is the rule group's duration.
/// </summary>
internal static class PipelineBenchmark
{
    private const int AllDeployments = 10_000;
    private const int Metrics = 10;
    private const int Week = 7 * 24;
    private const int Ticks = 5;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs it.</summary>
    /// <param name="withPeer">Whether Prometheus is measured too.</param>
    /// <param name="deployments">Fewer for a quick look.</param>
    public static async Task RunAsync(bool withPeer, int deployments = AllDeployments)
    {
        var folder = Directory.CreateTempSubdirectory("metrics-alerts-benchmark-");
        var file = Path.Combine(folder.FullName, "benchmark.db");
        var services = new ServiceCollection()
            .AddLogging().AddSingleton(TimeProvider.System).AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
            {
                ["Sqlite:File"] = file,
                ["DataRobot:Endpoint"] = "https://datarobot.example.com/api/v2",
                ["DataRobot:ApiToken"] = "unused",
            })).BuildServiceProvider();
        await using (services)
        {
            var rules = string
                .Join('\n', Enumerable.Range(0, Metrics).Select(metric => $"- {{ name: r{metric}, metric: m{metric}, when: {{ below: " +
                    $"0.85 }}, for: 2 windows }}"));
            await services.GetRequiredService<RuleStore>().ApplyAsync(
                RuleFile.Parse($"rules:\n{rules}", "rules.yaml"), CancellationToken.None);
            Console.WriteLine($"{deployments * Metrics:N0} series, durability Full, {Environment.ProcessorCount} processors");

            var tenth = deployments / 10;
            await MeasureAsync(services, "a week at once", Week, tenth, deployment => Messages(deployment, 0, Week));
            for (var first = tenth; first < deployments; first += tenth)
                await FillAsync(services, Enumerable.Range(first, tenth).SelectMany(deployment => Messages(deployment, 0, Week)));
            for (var tick = 0; tick < Ticks; tick++)
                await MeasureAsync(services, $"tick {tick + 1}", 1, deployments, deployment => Messages(deployment, Week + tick, 1));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"database {new FileInfo(file).Length / 1048576.0:0} MiB"));
        folder.Delete(recursive: true);
        if (withPeer)
            await PrometheusPeer.RunAsync(deployments, Metrics);
    }

    private static async Task MeasureAsync(
        IServiceProvider services,
        string name,
        int windows,
        int deployments,
        Func<int, IEnumerable<QueueMessage>> messages)
    {
        await SendAsync(services, Enumerable.Range(0, deployments).SelectMany(messages));
        GC.Collect();
        var memory = new PeakMemory();
        var allocated = GC.GetTotalAllocatedBytes();
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await DrainAsync(services);
        var seconds = watch.Elapsed.TotalSeconds;
        var count = (double)deployments * Metrics * windows;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-16} {count,12:N0} windows {seconds,7:0.00} s {count / seconds,10:N0} windows/s, processor " +
            $"{(Environment.CpuUsage.TotalTime - processor).TotalSeconds,6:0.00} s, " +
            $"{(GC.GetTotalAllocatedBytes() - allocated) / count,6:N0} B allocated a window, at most {memory.Peak / 1048576.0:0} " +
            $"MiB resident"));
    }

    private static async Task FillAsync(IServiceProvider services, IEnumerable<QueueMessage> messages)
    {
        await SendAsync(services, messages);
        await DrainAsync(services);
    }

    private static async Task SendAsync(IServiceProvider services, IEnumerable<QueueMessage> messages)
    {
        foreach (var chunk in messages.Chunk(200))
            await services.GetRequiredService<PipelineQueues>().MetricWindows.SendAsync(chunk, CancellationToken.None);
    }

    private static async Task DrainAsync(IServiceProvider services) =>
        await services.GetRequiredService<PipelineWorkers>().Evaluate.DrainAsync(QueueService.EvaluationsAtOnce, CancellationToken.None);

    private static IEnumerable<QueueMessage> Messages(int deployment, int firstHour, int hours)
    {
        var series = Enumerable.Range(0, Metrics).Select(metric => new SeriesWindows(
            $"m{metric}", TimeSpan.FromHours(1), [.. Enumerable.Range(firstHour, hours).Select(hour => Window(deployment, metric, hour))]));
        return MetricBatchMessages.Of(new($"deployment-{deployment:00000}")
        {
            Deployment = new($"deployment-{deployment:00000}", $"model {deployment}"),
            Reading = firstHour + 1,
            Instances = [new(Instances.All, [.. series])],
        });
    }

    private static MetricWindow Window(int deployment, int metric, int hour)
    {
        var breaches = ((deployment * Metrics) + metric) % 100 == 0;
        return new(
            Start.AddHours(hour),
            Start.AddHours(hour + 1),
            (breaches ? 0.5 : 0.9) + (hour % 7 * 0.001),
            1000 + hour)
        { ModelId = "65f000000000000000000001" };
    }
}

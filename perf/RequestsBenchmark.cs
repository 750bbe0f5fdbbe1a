using System.Globalization;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Simulator;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// How many requests the collector makes: deployments with four instances (the whole and three hosts), ten metrics, hourly windows, a
/// tick every ten minutes for two days, after a first collection that is not counted.
/// </summary>
internal static class RequestsBenchmark
{
    private const int Deployments = 100;
    private const int Idle = 10;
    private const int Hosts = 3;
    private const int Hours = 48;
    private const int TicksPerHour = 6;

    private static readonly string[] Metrics =
    [
        "Accuracy", "LogLoss", "AUC", "rowCount", "totalRequests", "responseTime", "executionTime", "slowRequests", "userErrorRate",
        "serverErrorRate",
    ];

    public static async Task RunAsync()
    {
        Console.WriteLine($"Requests: {Deployments} deployments, {Hosts + 1} instances, {Metrics.Length} metrics, hourly, {Hours} hours");
        Console.WriteLine("actuals | new windows | published | requests | requests per 1,000 new windows | an hour and deployment | " +
            "a deployment and tick, without the list");
        await RunAsync("once a day", Deployments, _ => Arrival.Daily);
        await RunAsync(
            "three of four once a day, the others within six hours",
            Deployments,
            number => number % 4 == 0 ? Arrival.Steady : Arrival.Daily);
        await RunAsync("within six hours", Deployments, _ => Arrival.Steady);
        await RunAsync("no predictions", Idle, _ => Arrival.Idle);
    }

    private static async Task RunAsync(string name, int deployments, Func<int, Arrival> arrival)
    {
        var clock = new SimulatedClock(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));
        using var world = new RequestsWorld([.. Enumerable.Range(0, deployments).Select(arrival)], Hosts, clock);
        var folder = Directory.CreateTempSubdirectory("metrics-alerts-requests-");
        var published = 0;
        await using (var services = Services(world, clock, Path.Combine(folder.FullName, "requests.db")))
        {
            await services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(Rules(), "rules.yaml"), CancellationToken.None);
            await TickAsync(services);
            world.Requests.Clear();
            for (var tick = 1; tick <= Hours * TicksPerHour; tick++)
            {
                clock.AdvanceTo(clock.GetUtcNow().AddMinutes(60 / TicksPerHour));
                published += await TickAsync(services);
            }
        }

        folder.Delete(recursive: true);
        Print(name, deployments, world, published);
    }

    private static void Print(string name, int deployments, RequestsWorld world, int published)
    {
        var windows = deployments * (Hosts + 1) * Metrics.Length * Hours;
        var requests = world.Requests.Values.Sum();
        var own = requests - world.Requests.GetValueOrDefault(-1);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} | {windows:N0} | {published:N0} | {requests:N0} | {requests * 1000.0 / windows:0} | " +
            $"{requests / (double)(deployments * Hours):0.0} | {own / (double)(deployments * Hours * TicksPerHour):0.00}"));
    }

    private static string Rules() => "rules:\n" + string.Concat(Metrics.Select(metric =>
        $"  - {{ name: \"{metric}\", metric: {metric}, instances: each, when: {{ above: 1000000 }} }}\n"));

    /// <summary>A tick of Schedule and Collect; returns how many windows it published.</summary>
    private static async Task<int> TickAsync(ServiceProvider services)
    {
        await services.GetRequiredService<CollectionScheduler>().RunAsync(CancellationToken.None);
        await services.GetRequiredService<PipelineWorkers>().Collect.DrainAsync(concurrency: 2, CancellationToken.None);
        var report = (await services.GetRequiredService<TickReports>().LoadAsync(CancellationToken.None))!.Report;
        return report.Failures.Count == 0 ? report.Windows : throw new InvalidOperationException(report.Failures[0].Text);
    }

    private static ServiceProvider Services(RequestsWorld world, SimulatedClock clock, string file)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock);
        services.AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
        {
            ["Sqlite:File"] = file,
            ["Sqlite:Durability"] = "Process",
            ["DataRobot:Endpoint"] = "https://datarobot.example/api/v2",
            ["DataRobot:ApiToken"] = "any",
            ["DataRobot:MaxRequestsPerSecond"] = "100000",
            ["DataRobot:MaxConcurrency"] = "32",
            ["Collection:MaxConcurrency"] = "16",
        }));
        services.AddHttpClient("DataRobotClient").ConfigurePrimaryHttpMessageHandler(() => world);
        return services.BuildServiceProvider();
    }
}

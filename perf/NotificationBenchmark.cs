using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Benchmarks;

/// <summary>
/// Alerts that each are a group of their own, from being left with their destination to a webhook on loopback, each attempt
/// recorded; and Alertmanager on the same machine with the same receiver, where it is installed (Debian package
/// <c>prometheus-alertmanager</c>). Alertmanager keeps its log in memory and writes it every fifteen minutes; ours is on disk when
/// the message is sent.
/// </summary>
internal static class NotificationBenchmark
{
    private const int AllAlerts = 15_000;
    private const string Peer = "prometheus-alertmanager";

    /// <summary>Runs it.</summary>
    /// <param name="alerts">Fewer for a quick look.</param>
    public static async Task RunAsync(int alerts = AllAlerts)
    {
        await using var receiver = await Receiver.StartAsync();
        Console.WriteLine($"{alerts:N0} notifications to a webhook on loopback, each alert its own message");
        await OursAsync(receiver, "Process", alerts, receiver.Expect(alerts)); // until everything is compiled
        foreach (var durability in (string[])["Process", "Full"])
            await RunAsync(
                $"MetricsAlerts, tables {durability}", receiver, alerts, received => OursAsync(receiver, durability, alerts, received));
        if (File.Exists($"/usr/bin/{Peer}"))
            await RunAsync("Alertmanager", receiver, alerts, received => PeerAsync(receiver, alerts, received));
        else
            Console.WriteLine($"Alertmanager is not installed (apt-get install {Peer}): no peer figure.");
    }

    private static async Task RunAsync(string name, Receiver receiver, int alerts, Func<Task, Task<TimeSpan>> run)
    {
        var received = receiver.Expect(alerts);
        var elapsed = await run(received);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {elapsed.TotalSeconds,8:0.00} s " +
            $"{alerts / elapsed.TotalSeconds,10:N0} /s"));
    }

    private static async Task<TimeSpan> OursAsync(Receiver receiver, string durability, int alerts, Task received)
    {
        var folder = Directory.CreateTempSubdirectory("metrics-alerts-benchmark-");
        var services = new ServiceCollection()
            .AddLogging().AddSingleton(TimeProvider.System).AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
            {
                ["Sqlite:File"] = Path.Combine(folder.FullName, "benchmark.db"),
                ["Sqlite:Durability"] = durability,
                ["Notify:GroupWait"] = "00:00:00",
                ["DataRobot:Endpoint"] = "https://datarobot.example.com/api/v2",
                ["DataRobot:ApiToken"] = "unused",
                ["Channels:AllowLoopback"] = "true",
                ["Secrets:key"] = "whsec_" + Convert.ToBase64String(new byte[32]),
            })).BuildServiceProvider();
        await using (services)
        {
            await services.GetRequiredService<RuleStore>().ApplyAsync(
                RuleFile.Parse(
                    $"rules: []\nchannels: [{{ name: hook, type: webhook, url: \"{receiver.Address}\", key: \"secret:key\" }}]",
                    "rules.yaml"),
                CancellationToken.None);
            var watch = Stopwatch.StartNew();
            await DispatchAsync(services, alerts);
            using var stop = new CancellationTokenSource();
            var working = services.GetRequiredService<PipelineWorkers>().Notify.RunAsync(concurrency: 64, stop.Token);
            await received;
            var elapsed = watch.Elapsed;
            await stop.CancelAsync();
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            folder.Delete(recursive: true);
            return elapsed;
        }
    }

    private static async Task<TimeSpan> PeerAsync(Receiver receiver, int count, Task received)
    {
        var folder = Directory.CreateTempSubdirectory("alertmanager-benchmark-");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "am.yml"),
            $"route: {{ receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 5m, repeat_interval: 4h }}\nreceivers: " +
            $"[{{ name: hook, webhook_configs: [{{ url: '{receiver.Address}' }}] }}]\n");
        using var process = Process.Start(new ProcessStartInfo(
            Peer,
            [
                $"--config.file={folder.FullName}/am.yml",
                $"--storage.path={folder.FullName}/data",
                "--web.listen-address=127.0.0.1:19093",
                "--cluster.listen-address="
            ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:19093/") };
        try
        {
            while (!await IsReadyAsync(http))
                await Task.Delay(100);
            var watch = Stopwatch.StartNew();
            foreach (var batch in Enumerable.Range(0, count).Chunk(500))
            {
                var alerts = batch.Select(
                    number =>
                        new
                        {
                            labels = new { alertname = "Low", deployment = $"d{number}", metric = "Accuracy" },
                            annotations = new { summary = "accuracy 0.7 below 0.85" },
                        });
                using var content = new StringContent(JsonSerializer.Serialize(alerts), Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(new Uri("api/v2/alerts", UriKind.Relative), content);
                response.EnsureSuccessStatusCode();
            }

            await received;
            return watch.Elapsed;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("-/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>What Evaluate does when an alert has changed: leave it with its destination, note that, and wake Notify.</summary>
    private static async Task DispatchAsync(IServiceProvider services, int alerts)
    {
        var destinations = services.GetRequiredService<DestinationStore>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, alerts),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (number, cancellation) => await destinations.WantAsync(
                "hook", GroupOf(number), [new(Alert(number), IsRouted: true, TimeProvider.System.GetUtcNow())], cancellation));
        var wakes = Enumerable.Range(0, alerts).Select(number => new GroupWake("hook", GroupOf(number)).ToMessage("benchmark"));
        foreach (var batch in wakes.Chunk(500))
            await services.GetRequiredService<PipelineQueues>().Notifications.SendAsync(batch, CancellationToken.None);
    }

    private static string GroupOf(int number) => $"deployment=model {number}";

    private static Alert Alert(int number) => new()
    {
        Key = new("floor", $"d{number}", Instances.All, "Accuracy", TimeSpan.FromHours(1)),
        Version = new(1, 1),
        IsOpen = true,
        Severity = Severity.Warning,
        Since = DateTimeOffset.UnixEpoch,
        Evidence = new()
        {
            Reason = EvaluationReason.Breaching(0.7, 0.85),
            WindowStart = DateTimeOffset.UnixEpoch,
            WindowEnd = DateTimeOffset.UnixEpoch.AddHours(1),
            Value = 0.7,
            Recent = [0.9, 0.8, 0.7],
        },
        Deployment = new($"d{number}", $"model {number}"),
        Rule = new() { Name = "floor", Condition = "below: 0.85", ConditionKind = "below", Threshold = 0.85, Notify = ["hook"] },
    };

    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication _application;
        private int _left;
        private TaskCompletionSource _all = new();

        private Receiver(WebApplication application) => _application = application;

        public Uri Address =>
            new(
                new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
                "/hook");

        public static async Task<Receiver> StartAsync()
        {
            // The host watches its content root with all that is below it; the working directory may hold the database, or be
            // somebody's home.
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var receiver = new Receiver(builder.Build());
            receiver._application.MapPost("/hook", async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                if (Interlocked.Decrement(ref receiver._left) == 0)
                    receiver._all.TrySetResult();
            });
            await receiver._application.StartAsync();
            return receiver;
        }

        public Task Expect(int messages)
        {
            _left = messages;
            _all = new();
            return _all.Task;
        }

        public ValueTask DisposeAsync() => _application.DisposeAsync();
    }
}

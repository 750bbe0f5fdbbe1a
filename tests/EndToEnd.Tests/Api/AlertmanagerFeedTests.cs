using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MetricsAlerts.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EndToEnd.Tests.Api;

/// <summary>Our alerts in an Alertmanager that a team already has: a small receiver, and the real one where it is installed.</summary>
public sealed class AlertmanagerFeedTests
{
    private const string Program = "/usr/bin/prometheus-alertmanager";

    private const string Rules =
        """
        rules: [{ name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [am] }]
        channels: [{ name: am, type: alertmanager, url: "ADDRESS", key: "secret:am-token" }]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_hears_at_once_when_an_alert_begins_again_and_again_while_it_is_open_and_when_it_is_over()
    {
        await using var receiver = await Receiver.StartAsync();
        var clock = new FakeTimeProvider(new(2026, 1, 5, 2, 0, 0, TimeSpan.Zero));
        await using var host = await ApiHost.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)), handedOver: false,
            ("Channels:AllowLoopback", "true"), ("Secrets:am-token", "feed-token"));
        await host.ApplyAsync(Rules.Replace("ADDRESS", receiver.Address, StringComparison.Ordinal));

        await host.ReadAsync("d1", 0.82, 0);
        Assert.Equal(["warning 02:20, critical 02:00"], receiver.Take());

        // What is held here is not over there.
        using var silenced = await host.SendAsync(HttpMethod.Post, "api/silences", """{"match":{"rule":"floor"},"duration":"4h"}""");
        Assert.Equal(HttpStatusCode.Created, silenced.StatusCode);
        for (var times = 1; times <= 3; times++)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            await host.WorkAsync();
            Assert.Equal([$"warning 02:{20 + (5 * times)}"], receiver.Take());
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        await host.ReadAsync("d1", 0.7, 1);
        Assert.Equal(["critical 02:36, warning 02:16"], receiver.Take());
        await host.ReadAsync("d1", 0.95, 2);
        Assert.Equal(["critical 02:16, warning 02:16"], receiver.Take());
        clock.Advance(TimeSpan.FromMinutes(30));
        await host.WorkAsync();

        Assert.Empty(receiver.Take());
        Assert.All(receiver.Tokens, token => Assert.Equal("Bearer feed-token", token));
        var history = await host.ListAsync("api/history?since=1d");
        Assert.Equal(
            ["Escalated", "Fired", "Resolved"],
            history.Where(entry => entry.GetProperty("what").GetString() == "delivered")
                .Select(entry => entry.GetProperty("why").GetString()).Order());
    }

    [Fact]
    public async Task A_real_Alertmanager_shows_what_is_open_as_it_is()
    {
        Assert.SkipUnless(File.Exists(Program), "Alertmanager is not installed (apt-get install prometheus-alertmanager)");
        using var alertmanager = await Alertmanager.StartAsync();
        await using var host = await ApiHost.StartAsync(
            settings: [("Channels:AllowLoopback", "true"), ("Secrets:am-token", "nobody asks for it")]);
        await host.ApplyAsync(Rules.Replace("ADDRESS", alertmanager.Address, StringComparison.Ordinal));

        await host.ReadAsync("d1", 0.82, 0);
        Assert.Equal("warning", (await alertmanager.ListAsync()).Single().GetProperty("labels").GetProperty("severity").GetString());
        await host.ReadAsync("d1", 0.7, 1);
        var open = (await alertmanager.ListAsync()).Single();
        Assert.Equal("critical", open.GetProperty("labels").GetProperty("severity").GetString());
        Assert.Equal("2026-01-05T00:00:00.000Z", open.GetProperty("startsAt").GetString());
        Assert.Equal("0.7", open.GetProperty("annotations").GetProperty("value").GetString());
        await host.ReadAsync("d1", 0.95, 2);

        Assert.Empty(await alertmanager.ListAsync());
    }

    /// <summary>Takes what an Alertmanager would.</summary>
    private sealed class Receiver(WebApplication application, ConcurrentQueue<string> posts) : IAsyncDisposable
    {
        public string Address =>
            application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        public ConcurrentQueue<string> Tokens { get; } = new();

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var receiver = new Receiver(builder.Build(), new());
            receiver.Map();
            await receiver.StartApplicationAsync();
            return receiver;
        }

        /// <summary>The posts since it was last asked: severities and when they end.</summary>
        public List<string> Take()
        {
            var taken = new List<string>();
            while (posts.TryDequeue(out var post))
                taken.Add(post);
            return taken;
        }

        public ValueTask DisposeAsync() => application.DisposeAsync();

        private Task StartApplicationAsync() => application.StartAsync(Cancellation);

        private void Map() => application.MapPost("/api/v2/alerts", async context =>
        {
            Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            posts.Enqueue(string.Join(", ", body.RootElement.EnumerateArray().Select(Describe)));
        });

        private static string Describe(JsonElement alert) =>
            $"{alert.GetProperty("labels").GetProperty("severity").GetString()} {alert.GetProperty("endsAt").GetDateTimeOffset():HH:mm}";
    }

    /// <summary>The real one, as its own process.</summary>
    private sealed class Alertmanager(Process process, TemporaryFolder folder, int port) : IDisposable
    {
        private readonly HttpClient _http = new();

        public string Address { get; } = $"http://127.0.0.1:{port}";

        public static async Task<Alertmanager> StartAsync()
        {
            var folder = new TemporaryFolder();
            await File.WriteAllTextAsync(
                folder.File("am.yml"), "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n", Cancellation);
            var port = FreePort();
            var process = NodePackages.Start(
                Program,
                [
                    $"--config.file={folder.File("am.yml")}", $"--storage.path={folder.File("data")}",
                    $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
                ],
                Path.GetTempPath());
            while (await process.StandardError.ReadLineAsync(Cancellation) is { } line)
            {
                if (line.Contains("Listening on", StringComparison.OrdinalIgnoreCase))
                    break;
            }

            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            return new(process, folder, port);
        }

        public async Task<List<JsonElement>> ListAsync() =>
        [
            .. JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{Address}/api/v2/alerts"), Cancellation))
                .RootElement.EnumerateArray(),
        ];

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
            _http.Dispose();
            folder.Dispose();
        }

        private static int FreePort()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using MetricsAlerts.Cli.Commands;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests;

/// <summary>How <c>serve</c> starts, idles, stops and is killed, as its own process in real time.</summary>
public sealed class ServeLifecycleTests
{
    private const string Scenario =
        """
        duration: 6d
        deployments:
          - { label: credit, hosts: [h1], rowsPerHour: 60, accuracy: 0.95, actualsDelay: 5m,
              troubles: [{ kind: decay, from: 4d, accuracy: 0.3 }] }
        """;

    private const string Rules =
        """
        rules: [{ name: floor, metric: Accuracy, when: { below: 0.7 }, for: 3 windows, notify: [chat] }]
        channels: [{ name: chat, type: webhook, url: "secret:chat", key: "secret:signing" }]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // R1, P29: every wait for work ends once in thirty seconds.
    [Fact]
    public async Task It_logs_no_warning_while_it_has_nothing_to_do()
    {
        using var folder = new TemporaryFolder();
        await using var simulator = await SimulateAsync();
        await using var chat = await ChatServer.StartAsync(Cancellation);
        using var serve = await StartAsync(folder, simulator, chat);
        await serve.ErrorMatchAsync(new("Collected 1 deployments"));

        await Task.Delay(TimeSpan.FromSeconds(40), Cancellation);
        await serve.TerminateAsync();

        Assert.Equal(0, await serve.WaitAsync());
        var errors = await serve.Errors;
        Assert.DoesNotMatch("(?m)^[^ ]+ (warn|fail|crit):", errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    // R18
    [Fact]
    public async Task What_a_channel_is_taking_when_it_stops_is_not_sent_again()
    {
        using var folder = new TemporaryFolder();
        await using var simulator = await SimulateAsync();
        await using var chat = await ChatServer.StartAsync(Cancellation);
        var taking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        chat.Trouble = async _ =>
        {
            taking.TrySetResult();
            await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
            return false;
        };

        using (var serve = await StartAsync(folder, simulator, chat))
        {
            await taking.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            await serve.TerminateAsync();
            Assert.Equal(0, await serve.WaitAsync());
        }

        Assert.Single(chat.Changes);
        chat.Trouble = _ => Task.FromResult(false);
        using var again = await StartAsync(folder, simulator, chat);
        await again.ErrorMatchAsync(new("Collected 1 deployments"));
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        await again.KillAsync();
        Assert.Single(chat.Changes);
    }

    // The kill -9 remark of the security probe: its locks last a minute.
    [Fact]
    public async Task What_it_was_doing_when_it_was_killed_goes_on_within_seconds_of_the_next_start()
    {
        using var folder = new TemporaryFolder();
        await using var simulator = await SimulateAsync();
        await using var chat = await ChatServer.StartAsync(Cancellation);
        var taking = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        chat.Trouble = async context =>
        {
            taking.TrySetResult(TimeProvider.System.GetTimestamp());
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        using (var serve = await StartAsync(folder, simulator, chat))
        {
            await taking.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            await serve.KillAsync();
        }

        taking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var again = await StartAsync(folder, simulator, chat);
        await again.ErrorMatchAsync(new("Rules: "));
        var started = TimeProvider.System.GetTimestamp();
        var taken = await taking.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await again.KillAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started, taken), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    // R16, R17
    [Theory]
    [InlineData(2, "Collection:Schedule is 'bogus'; expected six fields", "Collection__Schedule", "bogus")]
    [InlineData(2, "Housekeeping:Schedule is '0 0 0 30 2 *', which never comes", "Housekeeping__Schedule", "0 0 0 30 2 *")]
    [InlineData(2, "'abc' at 'Notify:FirstRetry'", "Notify__FirstRetry", "abc")]
    [InlineData(2, "'often' at 'Collection:MaxConcurrency'", "Collection__MaxConcurrency", "often")]
    public Task A_setting_that_makes_no_sense_is_one_line(int exitCode, string expected, string name, string value) =>
        RefusesAsync(exitCode, expected, [(name, value)], "x.db", "http://127.0.0.1:0");

    // R16
    [Theory]
    [InlineData("foo")]
    [InlineData("https://127.0.0.1:8443")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:0/path")]
    [InlineData("")]
    public Task An_address_that_is_none_is_one_line(string url) =>
        RefusesAsync(2, $"--url is '{url}'; expected http://HOST:PORT", [], "x.db", url);

    // R16
    [Theory]
    [InlineData("folder.db", "it is a directory")]
    [InlineData("text.db", "it is no database")]
    public Task A_file_that_cannot_be_used_is_one_line(string file, string reason) =>
        RefusesAsync(1, $"{file} cannot be used: {reason}", [], file, "http://127.0.0.1:0");

    // R16
    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await RefusesAsync(1, "--url http://127.0.0.1:", [], "x.db", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
    }

    // R17
    [Fact]
    public async Task A_service_that_ends_by_itself_is_a_failure()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService<DyingService>();
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<FailedException>(() => ServeCommand.RunAsync(host, Cancellation));

        Assert.Equal("DyingService ended: It could not go on.", failure.Message);
    }

    private static async Task RefusesAsync(int expectedCode, string expected, (string, string)[] settings, string data, string url)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("folder.db"));
        await File.WriteAllTextAsync(folder.File("text.db"), new string('x', 10_000), Cancellation);

        var (exitCode, _, errors) = await DemoProcess.RunAsync(
            [("DATAROBOT_ENDPOINT", "http://127.0.0.1:1/api/v2"), ("DATAROBOT_API_TOKEN", "any"), .. settings],
            "serve", "--data", folder.File(data), "--url", url);

        Assert.Equal(expectedCode, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.InRange(errors.Trim().Split('\n').Length, 1, 2);
    }

    private static async Task<SimulatorHost> SimulateAsync()
    {
        var world = ScenarioReader.Parse(Scenario, "scenario.yaml", TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(5));
        return await SimulatorHost.StartAsync(world, TimeProvider.System, 0, Cancellation);
    }

    private static async Task<DemoProcess> StartAsync(TemporaryFolder folder, SimulatorHost simulator, ChatServer chat)
    {
        await File.WriteAllTextAsync(folder.File("rules.yaml"), Rules, Cancellation);
        return DemoProcess.Start(
            [
                ("DATAROBOT_ENDPOINT", simulator.Endpoint.ToString()), ("DATAROBOT_API_TOKEN", "any"), ("Notify__GroupWait", "00:00:00"),
                ("Channels__AllowLoopback", "true"), ("Secrets__chat", $"{chat.Address}hook"),
                ("Secrets__signing", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            ],
            "serve", "--rules", folder.File("rules.yaml"), "--data", folder.File("serve.db"), "--url", "http://127.0.0.1:0");
    }

    private sealed class DyingService : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("It could not go on.");
        }
    }
}

using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary><c>serve</c> as its own process, in real time, against a simulated DataRobot.</summary>
public sealed class ServeTests
{
    private const string Scenario =
        """
        duration: 6d
        deployments:
          - { label: credit-risk, hosts: [h1], rowsPerHour: 60, accuracy: 0.95, actualsDelay: 5m,
              troubles: [{ kind: decay, from: 4d, accuracy: 0.3 }] }
        """;

    [Fact]
    public async Task It_collects_at_the_start_and_notifies_of_what_is_open()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("rules.yaml"),
            "rules: [{ name: floor, metric: Accuracy, when: { below: 0.7 }, for: 3 windows, notify: [out] }]\nchannels: [{ name: " +
            "out, type: console }]",
            cancellation);
        var world = ScenarioReader.Parse(Scenario, "scenario.yaml", TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(5));
        await using var simulator = await SimulatorHost.StartAsync(world, TimeProvider.System, 0, cancellation);

        using var serve = DemoProcess.Start(
            [("DATAROBOT_ENDPOINT", simulator.Endpoint.ToString()), ("DATAROBOT_API_TOKEN", "any"), ("Notify__GroupWait", "00:00:00")],
            "serve", "--rules", folder.File("rules.yaml"), "--data", folder.File("serve.db"), "--url", "http://127.0.0.1:0");
        var line = DemoProcess.Parse(await serve.NextLineAsync());
        await serve.KillAsync();

        Assert.Equal(
            ("floor", "credit-risk", "Fired"),
            (line.GetProperty("rule").GetString(), line.GetProperty("deployment").GetString(), line.GetProperty("change").GetString()));
    }

    [Fact]
    public async Task No_secret_is_in_what_it_logs_stores_or_answers()
    {
        const string Secret = "topsecret-signature";
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("rules.yaml"),
            """
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.7 }, for: 3 windows, notify: [hook, out, refused] }]
            channels:
              - { name: hook, type: webhook, url: "secret:hook", key: "secret:signing" }
              - { name: refused, type: teams, url: "secret:refused", fallback: out }
              - { name: out, type: console }
            """,
            cancellation);
        var world = ScenarioReader.Parse(Scenario, "scenario.yaml", TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(5));
        await using var simulator = await SimulatorHost.StartAsync(world, TimeProvider.System, 0, cancellation);
        await using var chat = await ChatServer.StartAsync(cancellation);
        using var serve = DemoProcess.Start(
            [
                ("DATAROBOT_ENDPOINT", simulator.Endpoint.ToString()), ("DATAROBOT_API_TOKEN", Secret), ("Notify__GroupWait", "00:00:00"), (
                    "Channels__AllowLoopback", "true"),
                ("Logging__LogLevel__Default", "Trace"), (
                    "Logging__LogLevel__System.Net.Http.HttpClient", "Trace"), ("Logging__LogLevel__Polly", "Trace"),
                ("Secrets__hook", $"{chat.Address}hook?sig={Secret}"), ("Secrets__refused", $"http://127.0.0.1:1/?sig={Secret}"), (
                    "Secrets__signing", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            ],
            "serve", "--rules", folder.File("rules.yaml"), "--data", folder.File("serve.db"), "--url", "http://127.0.0.1:0");
        await serve.NextLineAsync();
        for (var attempts = 0; attempts < 2; attempts++)
            await serve.ErrorMatchAsync(new("Channel (hook|refused), .*(Delivered|Deferred)"));
        await serve.KillAsync();
        var errors = await serve.Errors;

        Assert.DoesNotContain(Secret, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", errors, StringComparison.Ordinal);
        Assert.Single(chat.Changes);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(folder.File("serve.db"))!, "serve.db*"))
            Assert.DoesNotContain(
                Secret, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_is_wrong_is_one_line()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _, errors) = await DemoProcess.RunAsync(
            [("Collection__MaxConcurrency", "0")], "serve", "--data", folder.File("serve.db"), "--url", "http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        Assert.Contains("MaxConcurrency", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}

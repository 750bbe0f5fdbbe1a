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
          - { label: credit-risk, hosts: [h1], rowsPerHour: 60, accuracy: 0.95, actualsDelay: 5m, troubles: [{ kind: decay, from: 4d, accuracy: 0.3 }] }
        """;

    [Fact]
    public async Task It_collects_at_the_start_and_tells_what_is_open()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("rules.yaml"),
            "rules: [{ name: floor, metric: Accuracy, when: { below: 0.7 }, for: 3 windows, notify: [out] }]\nchannels: [{ name: out, type: console }]",
            cancellation);
        var world = ScenarioReader.Parse(Scenario, "scenario.yaml", TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(5));
        await using var simulator = await SimulatorHost.StartAsync(world, TimeProvider.System, 0, cancellation);

        using var serve = DemoProcess.Start(
            [("DATAROBOT_ENDPOINT", simulator.Endpoint.ToString()), ("DATAROBOT_API_TOKEN", "any"), ("Notify__GroupWait", "00:00:00")],
            "serve", "--rules", folder.File("rules.yaml"), "--data", folder.File("serve.db"), "--url", "http://127.0.0.1:0");
        var line = DemoProcess.Parse(await serve.NextLineAsync());
        await serve.KillAsync();

        Assert.Equal(("floor", "credit-risk", "Fired"), (line.GetProperty("rule").GetString(), line.GetProperty("deployment").GetString(), line.GetProperty("transition").GetString()));
    }

    [Fact]
    public async Task A_setting_that_is_wrong_is_one_line()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _, errors) = await DemoProcess.RunAsync([("Collection__MaxConcurrency", "0")], "serve", "--data", folder.File("serve.db"), "--url", "http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        Assert.Contains("MaxConcurrency", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}

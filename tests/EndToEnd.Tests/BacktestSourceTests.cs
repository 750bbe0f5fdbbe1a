using System.Globalization;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary>
/// <c>backtest --since</c> against a simulated DataRobot over real HTTP: it promises what the live pipeline would have told.
/// </summary>
public sealed class BacktestSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // F9: the live pipeline asks each window of the model of its time, and so does a backtest.
    [Fact]
    public async Task A_replaced_model_fires_nothing_in_a_backtest_either()
    {
        await using var simulator = await StartAsync([], StrictSwitches.All);

        var (exitCode, lines, errors) = await BacktestAsync(
            simulator,
            """
            rules:
              - { name: rows, metric: rowCount, instances: each, when: { below: 40 } }
              - { name: requests, metric: totalRequests, instances: each, when: { below: 4 } }
              - { name: accuracy, metric: Accuracy, minSamples: 30, when: { below: 0.7 } }
              - { name: slow, metric: responseTime.p90, instances: each, when: { above: 500 } }
            """);

        Assert.True(exitCode == 0, errors);
        Assert.Equal(["slow broken/10.0.0.2", "slow broken/all"], lines.Select(Named).Distinct().Order(StringComparer.Ordinal));
    }

    // K18
    [Fact]
    public async Task A_refusal_is_named_and_costs_nobody_else_and_what_is_excluded_is_left_out()
    {
        await using var simulator = await StartAsync([new Fault("403", 1) { Path = "serviceStatsOverTime" }], StrictSwitches.None);
        const string Rules =
            """
            rules:
              - { name: slow, metric: responseTime, when: { above: 500 } }
              - { name: rows, metric: rowCount, when: { above: 40 } }
            """;

        var (exitCode, lines, errors) = await BacktestAsync(simulator, Rules, ("Collection__Deployments__Exclude__0", "broken"));

        Assert.Equal(1, exitCode);
        Assert.Contains("serviceStatsOverTime/: 403", errors, StringComparison.Ordinal);
        Assert.Equal(["rows credit/all"], lines.Select(Named).Distinct());
    }

    public void Dispose() => _folder.Dispose();

    private static string Named(string line)
    {
        var change = DemoProcess.Parse(line);
        return $"{change.GetProperty("rule")} {change.GetProperty("deployment")}/{change.GetProperty("instance")}";
    }

    /// <summary>A backtest reads up to now, by the clock on the wall.</summary>
    private static Task<SimulatorHost> StartAsync(IReadOnlyList<Fault> faults, StrictSwitches strict)
    {
        var now = DateTimeOffset.UtcNow;
        var start = now.AddDays(-4).ToString("yyyy-MM-ddTHH:00:00Z", CultureInfo.InvariantCulture);
        var story =
            $$"""
            start: {{start}}
            duration: 5d
            deployments:
              - label: credit
                hosts: [10.0.0.1, 10.0.0.2]
                rowsPerHour: 120
                accuracy: 0.92
                actualsDelay: 3h
                troubles:
                  - { kind: modelReplaced, from: 3685m }
              - label: broken
                hosts: [10.0.0.1, 10.0.0.2]
                rowsPerHour: 120
                accuracy: 0.92
                actualsDelay: 3h
                troubles:
                  - { kind: slow, from: 62h, host: 10.0.0.2, responseTime: 900 }
            """;
        var world = ScenarioReader.Parse(story, "story.yaml").With(faults);
        return SimulatorHost.StartAsync(
            world, new SimulatedClock(now), new SimulatorOptions { Strict = strict }, TestContext.Current.CancellationToken);
    }

    private async Task<(int ExitCode, IReadOnlyList<string> Lines, string Errors)> BacktestAsync(
        SimulatorHost simulator, string rules, params (string Name, string Value)[] settings)
    {
        var file = _folder.File("rules.yaml");
        await File.WriteAllTextAsync(file, rules, TestContext.Current.CancellationToken);
        return await DemoProcess.RunAsync(
            [("DATAROBOT_API_TOKEN", "any"), .. settings],
            ["backtest", "--rules", file, "--since", "3d", "--endpoint", simulator.Endpoint.ToString(), "--output", "json"]);
    }
}

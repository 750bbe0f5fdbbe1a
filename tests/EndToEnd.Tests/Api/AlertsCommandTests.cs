using System.Text.Json;

namespace EndToEnd.Tests.Api;

/// <summary><c>alerts list|show|history</c> over a data file.</summary>
public sealed class AlertsCommandTests
{
    private const string Rules =
        """
        rules:
          - { name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [out] }
          - { name: patient, metric: LogLoss, when: { above: 1 }, for: 3 windows }
        channels: [{ name: out, type: console }]
        """;

    [Fact]
    public async Task What_is_open_pending_and_over_is_listed_shown_and_told()
    {
        await using var host = await ApiHost.StartAsync();
        await host.ApplyAsync(Rules);
        await host.ReadAsync("d1", 0.7, 0, "credit-\u001b[31mrisk");
        await host.ReadAsync("d2", 0.6, 0, "churn");
        await host.ReadAsync("d2", 0.95, 1, "churn");
        await host.ReadAsync("d3", 2, 0, "fraud", "LogLoss");

        var open = await RunAsync("alerts", "list", "--data", host.DataFile);
        Assert.Equal("Id\tStatus\tSeverity\tRule\tDeployment\tInstance\tMetric\tSince\tValue\tNotified", open[0]);
        Assert.Contains(
            "\topen\twarning\tfloor\tcredit- [31mrisk\tall\tAccuracy\t2026-01-05T00:00:00Z\t0.7\tout: Fired ", open[1],
            StringComparison.Ordinal);
        Assert.Equal(2, open.Count);
        Assert.Contains("\tpending\twarning\tpatient\tfraud\t", Assert.Single((await RunAsync(
            "alerts", "list", "--pending", "--data", host.DataFile)).Skip(1)), StringComparison.Ordinal);
        var all = await RunAsync("alerts", "list", "--all", "--output", "json", "--data", host.DataFile);
        Assert.Equal(["closed", "open", "pending"], all.Select(line => Text(line, "status")).Order());
        Assert.Single(await RunAsync("alerts", "list", "--all", "--deployment", "churn", "--output", "json", "--data", host.DataFile));
        Assert.Empty(await RunAsync("alerts", "list", "--since", "2999-01-01", "--output", "json", "--data", host.DataFile));

        var id = Text(all.Single(line => Text(line, "status") == "closed"), "id");
        var shown = await RunAsync("alerts", "show", id, "--data", host.DataFile);
        Assert.Contains(shown, line => line.StartsWith("Notified\tout: Resolved ", StringComparison.Ordinal));
        Assert.Contains(shown, line => line.EndsWith("\tclosed\tRecovered\t", StringComparison.Ordinal));
        var history = await RunAsync("alerts", "history", "--rule", "floor", "--deployment", "d2", "--data", host.DataFile);
        Assert.Equal(["closed", "delivered", "delivered", "open"], history.Skip(1).Select(line => line.Split('\t')[1]).Order());
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_read_is_one_line()
    {
        await using var host = await ApiHost.StartAsync();
        await host.ApplyAsync(Rules);

        Assert.Equal(
            (1, "There is no alert 'nothing'; metrics-alerts alerts list --all lists them."),
            await FailAsync("alerts", "show", "nothing", "--data", host.DataFile));
        var (exitCode, message) = await FailAsync("alerts", "list", "--since", "yesterday", "--data", host.DataFile);
        Assert.Equal(2, exitCode);
        Assert.StartsWith("--since is 'yesterday'; expected a time such as 2026-01-05T00:00:00Z", message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        var (exitCode, lines, errors) = await DemoProcess.RunAsync(arguments);
        Assert.Equal((0, ""), (exitCode, errors));
        return lines;
    }

    private static async Task<(int ExitCode, string Message)> FailAsync(params string[] arguments)
    {
        var (exitCode, _, errors) = await DemoProcess.RunAsync(arguments);
        return (exitCode, errors.Trim());
    }

    private static string Text(string line, string name) => JsonDocument.Parse(line).RootElement.GetProperty(name).GetString()!;
}

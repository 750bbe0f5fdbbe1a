using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

public sealed class BacktestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Windows_of_a_file_give_the_changes_in_order_of_time_and_bad_rows_are_reported()
    {
        var rules = await WriteAsync(
            "rules.yaml", "rules: [{ name: floor, metric: Accuracy, bucket: 1d, when: { below: 0.65 }, for: 2 windows }]");
        var windows = await WriteAsync(
            "windows.csv",
            """
            deployment,metric,start,end,value
            d2,Accuracy,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,0.6
            d1,Accuracy,2026-01-06T00:00:00Z,2026-01-07T00:00:00Z,0.6
            d1,Accuracy,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,0.6
            d1,Accuracy,2026-01-07T00:00:00Z,2026-01-08T00:00:00Z,
            d1,Accuracy,2026-01-08T00:00:00Z,2026-01-09T00:00:00Z,0.9
            d2,Accuracy,2026-01-06T00:00:00Z,2026-01-07T00:00:00Z,low
            """);

        var (exitCode, lines, errors) = await DemoProcess.RunAsync("backtest", "--rules", rules, "--windows", windows, "--output", "json");

        Assert.Equal(1, exitCode);
        Assert.Contains("windows.csv:7: value is 'low'", errors, StringComparison.Ordinal);
        Assert.Equal(["d1 Fired 2026-01-06T00:00:00Z", "d1 Resolved 2026-01-08T00:00:00Z"], lines.Select(DemoProcess.Parse)
            .Select(line => $"{line.GetProperty("deployment")} {line.GetProperty("change")} {line.GetProperty("windowStart")}"));
    }

    [Fact]
    public async Task A_recording_is_played_with_a_chart_per_alert_and_a_summary()
    {
        var rules = await WriteAsync("rules.yaml", "rules: [{ name: floor, metric: Accuracy, when: { below: 0.65 } }]");
        var rows = Enumerable.Range(0, 96).Select(hour =>
        {
            var (day, time) = ($"2026-01-0{5 + (hour / 24)}", $"{hour % 24:00}");
            return $"{day}T{time}:10:00Z,h1,0.9,{(hour / 24 == 2 ? 0 : 1)},{day}T{time}:40:00Z";
        });
        var recording = await WriteAsync("recording.csv", "predicted_at,instance,p,actual,actual_at\n" + string.Join('\n', rows));

        var (exitCode, lines, errors) = await DemoProcess.RunAsync(
            "backtest", "--rules", rules, "--recording", recording, "--bucket", "1d");

        Assert.True(exitCode == 0, errors);
        Assert.Contains(
            "floor on recording/all Accuracy, 2026-01-07T00:00:00Z to 2026-01-09T00:00:00Z", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("1 alerts, 2 changes, 24 hours firing", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_reports_everything_and_fails_on_errors()
    {
        var rules = await WriteAsync("rules.yaml", "rules:\n- { name: a, metric: LogLoss, when: { belw: 1 } }\n- { name: b, metric: " +
            "LogLoss, when: { below: 1 }, confidence: 95% }");

        var (exitCode, lines, _) = await DemoProcess.RunAsync("rules", "lint", rules);

        Assert.Equal(1, exitCode);
        Assert.Contains(
            lines,
            line =>
                line.StartsWith("rules.yaml:2:", StringComparison.Ordinal) &&
                    line.Contains("Did you mean 'below'?", StringComparison.Ordinal));
        Assert.Contains(
            lines,
            line => line.StartsWith("rules.yaml:3:", StringComparison.Ordinal) && line.Contains("no proportion", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rule_tests_pass_or_fail_by_exit_code()
    {
        Assert.Equal(
            0, (await DemoProcess.RunAsync("rules", "test", Repository.File("tests", "Scenarios", "thresholds.test.yaml"))).ExitCode);
        var failing = await WriteAsync("bad.test.yaml", "rules: [{ name: a, metric: Accuracy, when: { below: 0.8 } }]\ntests: [{ " +
            "name: t, series: { metric: Accuracy }, values: \"0.7\" }]");
        Assert.Equal(1, (await DemoProcess.RunAsync("rules", "test", failing)).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.File(name), text, TestContext.Current.CancellationToken);
        return _folder.File(name);
    }
}

using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary>
/// What people give to the command line by mistake ends in a clear line and exit code 1 or 2, never in an unhandled exception.
/// </summary>
public sealed class InputErrorTests : IDisposable
{
    private const string Rules =
        """
        rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [chat] }]
        channels: [{ name: chat, type: console }]
        routes: [{ notify: [chat] }]
        """;

    private readonly TemporaryFolder _folder = new();

    // R16, R20
    [Fact]
    public async Task A_database_that_cannot_be_opened_is_named_in_one_line()
    {
        var rules = await WriteAsync("rules.yaml", Rules);
        var text = await WriteAsync("no.db", new string('x', 5000));

        await FailsAsync(1, "The database file /proc/x.db cannot be used: ", "rules", "apply", rules, "--data", "/proc/x.db");
        await FailsAsync(1, $"The database file {text} cannot be used: it is no database.", "rules", "list", "--data", text);
        await FailsAsync(1, $"The database file {text} cannot be used: it is no database.", "silences", "list", "--data", text);
    }

    // P9, P20, R16
    [Theory]
    [InlineData(2, "'999999999d' is not a duration", "silences", "add", "--match", "rule=floor", "--for", "999999999d")]
    [InlineData(2, "--deployments is -1; expected 1 to 100000.", "simulate", "--deployments", "-1")]
    [InlineData(2, "--port is 99999; expected 0 to 65535.", "simulate", "--port", "99999")]
    [InlineData(2, "--speed must be a number", "simulate", "--speed", "NaN")]
    [InlineData(2, "DATAROBOT_ENDPOINT", "metrics", "list", "--deployment", "a")]
    [InlineData(2, "--strict: 'lenient' is no switch; there are keys, ", "simulate", "--strict", "lenient")]
    [InlineData(1, "There is no database file", "silences", "list", "--data", "/nowhere/x.db")]
    public async Task An_argument_that_makes_no_sense_is_one_line(int exitCode, string message, params string[] arguments) =>
        await FailsAsync(exitCode, message, arguments);

    // C4
    [Fact]
    public async Task A_bucket_longer_than_the_time_span_is_refused_with_what_would_do() => await FailsAsync(
        2,
        "--bucket is 7d, which is longer than the time span of 1d; ask for a longer one, such as --since 7d, or a shorter bucket.",
        "metrics", "list", "--deployment", "a", "--since", "24h", "--bucket", "7d");

    // C5
    [Theory]
    [InlineData("metrics", "list", "--deployment", "a")]
    [InlineData("deployments", "list")]
    [InlineData("collect", "--once")]
    [InlineData("serve")]
    public async Task An_endpoint_that_is_not_the_API_is_refused_with_the_one_that_is(params string[] arguments)
    {
        string[] data = arguments[0] is "collect" or "serve" ? ["--data", _folder.File("none.db")] : [];
        foreach (var (endpoint, api) in new[] { ("http://127.0.0.1:1", ""), ("http://127.0.0.1:1/proxy/api/v1/", "/proxy") })
        {
            var (exitCode, _, errors) = await DemoProcess.RunAsync(
                [("DATAROBOT_ENDPOINT", endpoint), ("DATAROBOT_API_TOKEN", "any")], [.. arguments, .. data]);

            Assert.StartsWith(
                $"DataRobot:Endpoint is {new Uri(endpoint)}; the address of the API ends in /api/v2, " +
                    $"such as http://127.0.0.1:1{api}/api/v2.",
                errors,
                StringComparison.Ordinal);
            Assert.Equal(2, exitCode);
        }
    }

    // C8
    [Fact]
    public async Task A_missing_token_or_endpoint_is_said_in_plain_words()
    {
        await FailsAsync(
            2, "There is no API token: set DATAROBOT_API_TOKEN", "deployments", "list", "--endpoint", "http://127.0.0.1:1/api/v2");
        await FailsAsync(2, "DataRobot's address is not set: set DATAROBOT_ENDPOINT", "deployments", "list");
    }

    // P9
    [Fact]
    public async Task Rules_that_would_end_the_process_are_a_diagnostic()
    {
        var rules = await WriteAsync("rules.yaml", "rules: [{ name: a, metric: Accuracy, when: { missingFor: 999999999d } }]");

        var (exitCode, lines, errors) = await DemoProcess.RunAsync("rules", "lint", rules);

        Assert.Equal((1, "0 rules without an error, 1 error, 0 warnings"), (exitCode, errors.Trim()));
        Assert.StartsWith("rules.yaml:1:", Assert.Single(lines), StringComparison.Ordinal);
        Assert.Equal(1, (await DemoProcess.RunAsync("rules", "lint", await WriteAsync("deep.yaml", new string('[', 200_000)))).ExitCode);
    }

    // P20
    [Fact]
    public async Task Silences_are_refused_in_one_line_or_listed_with_whole_ids()
    {
        var data = _folder.File("s.db");
        await DemoProcess.RunAsync("rules", "apply", await WriteAsync("rules.yaml", Rules), "--data", data);

        await FailsAsync(
            2, "match: no alert has the label 'deploymnt'", "silences", "add", "--data", data, "--match", "deploymnt=credit-*");
        await FailsAsync(
            2, "match: the label 'rule' is given twice", "silences", "add", "--data", data, "--match", "rule=floor", "rule=other");
        await FailsAsync(2, "match: 'rule=*' means every alert", "silences", "add", "--data", data, "--match", "rule=*");
        await FailsAsync(
            2, "A silence of 400d is too long; at most 365d are allowed.", "silences", "add", "--data", data, "--match", "rule=floor",
            "--for", "400d");
        var added = await DemoProcess.RunAsync(
            "silences", "add", "--data", data, "--match", "severity=CRITICAL", "rule=floor", "--comment",
            "a comment that is much too long for a table of eighty columns");
        var id = Assert.Single(added.Lines);
        var listed = (await DemoProcess.RunAsync("silences", "list", "--data", data)).Lines;

        Assert.Equal("Id\tOn\tFor\tStart\tEnd\tBy\tComment", listed[0]);
        Assert.StartsWith($"{id}\tyes\trule=floor, severity=critical\t", Assert.Single(listed.Skip(1)), StringComparison.Ordinal);
        Assert.Equal(0, (await DemoProcess.RunAsync("silences", "expire", id, "--data", data)).ExitCode);
    }

    // P19
    [Fact]
    public async Task Applying_a_part_says_what_is_left_alone_and_what_is_named_and_gone()
    {
        var data = _folder.File("r.db");
        await DemoProcess.RunAsync("rules", "apply", await WriteAsync("all.yaml", Rules), "--data", data);

        var part = await DemoProcess.RunAsync("rules", "apply", await WriteAsync(
            "part.yaml", "rules: [{ name: floor, metric: Accuracy, when: { below: 0.8 }, notify: [chat] }]"), "--data", data);
        var none = await DemoProcess.RunAsync("rules", "apply", await WriteAsync("none.yaml", "channels: []"), "--data", data);

        Assert.Equal(
            ("0 added, 1 changed, 0 removed, 0 unchanged; left alone, as the file does not have these sections: 1 channel, 1 route", ""),
            (Assert.Single(part.Lines), part.Errors.Trim()));
        Assert.Equal(
            "0 added, 0 changed, 1 removed, 0 unchanged; left alone, as the file does not have these sections: 1 rule, 1 route",
            Assert.Single(none.Lines));
        Assert.Contains("warning: rule 'floor' names the channel 'chat', which is not stored.", none.Errors, StringComparison.Ordinal);
        Assert.Contains("warning: route 1 names the channel 'chat', which is not stored.", none.Errors, StringComparison.Ordinal);
    }

    // P28
    [Fact]
    public async Task A_backtest_says_which_windows_no_rule_looks_at()
    {
        var rules = await WriteAsync("rules.yaml", "rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 } }]");
        var windows = await WriteAsync(
            "windows.csv",
            """
            deployment,metric,start,end,value
            d,Accuracy,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,0.1
            d,Accuracy,2026-01-06T00:00:00Z,2026-01-07T00:00:00Z,0.1
            d,Accuracy,2026-01-05T00:30:00Z,2026-01-05T01:30:00Z,0.9
            d,Accuracy,2026-01-05T02:00:00Z,2026-01-05T05:17:00Z,0.1
            d,LogLoss,2026-01-05T02:00:00Z,2026-01-05T03:00:00Z,0.1
            """);

        var (exitCode, lines, errors) = await DemoProcess.RunAsync("backtest", "--rules", rules, "--windows", windows);

        Assert.Equal(0, exitCode);
        Assert.Equal(
            [
                "2 windows of 1d of Accuracy match no rule: floor asks for 1h.",
                "1 window of 1h of Accuracy do not start where DataRobot's do (such as 2026-01-05T00:30:00Z): they are judged all " +
                "the same.",
                "1 window of 3h17m of Accuracy have a length that no rule can ask for (1h, 1d or 7d): no rule looks at them.",
                "1 window of 1h of LogLoss match no rule: no rule is on LogLoss.",
            ],
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal("0 alerts, 0 changes, 0 hours firing, over 2 days.", lines[^1]);
    }

    [Fact]
    public async Task A_backtest_of_a_day_says_nothing_of_weeks_and_shows_how_near_a_value_was()
    {
        var rules = await WriteAsync("rules.yaml", "rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 } }]");
        var windows = await WriteAsync(
            "windows.csv", "deployment,metric,start,end,value\nd,Accuracy,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,0.849999\n");

        var (_, lines, _) = await DemoProcess.RunAsync("backtest", "--rules", rules, "--windows", windows);

        Assert.Contains(lines, line => line.EndsWith("Breaching(0.849999, 0.85)", StringComparison.Ordinal));
        Assert.Equal("1 alerts, 1 changes, fired in the last window, over 1 hours.", lines[^1]);
    }

    [Fact]
    public async Task A_wrong_window_in_a_rule_test_is_said_once_and_how_windows_are_counted()
    {
        var test = await WriteAsync(
            "a.test.yaml",
            """
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.8 } }]
            tests: [{ name: t, series: { metric: Accuracy }, values: "0.9 0.7", expect: [{ window: 1, rule: floor, change: Fired }] }]
            """);

        var (exitCode, lines, _) = await DemoProcess.RunAsync("rules", "test", test);

        Assert.Equal(1, exitCode);
        Assert.Contains("(windows are counted from 1)", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("not expected", StringComparison.Ordinal));
    }

    // R21
    [Fact]
    public async Task A_scenario_or_recording_that_cannot_be_played_is_one_line()
    {
        await FailsAsync(1, "deployments holds nothing", "simulate", "--scenario", await WriteAsync("s.yaml", "deployments: [~]"));
        await FailsAsync(1, "predicted_at is '0001-01-01T00:00:00Z'", "simulate", "--recording", await WriteAsync(
            "r.csv", "predicted_at,instance,p,actual,actual_at\n0001-01-01T00:00:00Z,h,0.5,1,\n"));
    }

    [Fact]
    public async Task Where_it_went_wrong_is_shown_on_demand()
    {
        var (_, _, errors) = await DemoProcess.RunAsync([("METRICSALERTS_DEBUG", "1")], "rules", "list", "--data", "/proc/x.db");

        Assert.Contains("   at ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task FailsAsync(int exitCode, string message, params string[] arguments)
    {
        var result = await DemoProcess.RunAsync([("DATAROBOT_ENDPOINT", ""), ("DATAROBOT_API_TOKEN", "")], arguments);

        var line = result.Errors.Split('\n')[0];
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.File(name), text, TestContext.Current.CancellationToken);
        return _folder.File(name);
    }
}

using System.Net;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary>The commands that read and apply, against a simulated DataRobot over real HTTP.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private const string Scenario =
        """
        duration: 3d
        deployments:
          - label: credit-risk
            hosts: [h1, h2]
            rowsPerHour: 60
            customMetrics: [{ name: Cost per call, units: "$", value: 12 }]
          - label: replaced
            hosts: [h1]
            rowsPerHour: 60
            troubles: [{ kind: modelReplaced, from: 48h }]
          - { label: no-ids, hosts: [h1], rowsPerHour: 6, associationId: false }
        """;

    private readonly TemporaryFolder _folder = new();
    private SimulatorHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var world = ScenarioReader.Parse(Scenario, "scenario.yaml");
        _host = await SimulatorHost.StartAsync(world, new SimulatedClock(world.End), 0, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Metrics_are_listed_per_instance_with_name_value_start_and_end()
    {
        var (exitCode, lines, errors) = await ListAsync(
            "--deployment", "credit-risk", "--instance", "*", "--metric", "Accuracy", "--output", "csv");

        Assert.True(exitCode == 0, errors);
        Assert.Equal("instance,metric,start,end,value,sample_size,baseline", lines[0]);
        Assert.Equal(["all", "h1", "h2"], lines.Skip(1).Select(line => line.Split(',')[0]));
        Assert.All(
            lines.Skip(1),
            line =>
                Assert.StartsWith(
                    "Accuracy,2026-01-07T00:00:00Z,2026-01-08T00:00:00Z,0.",
                    line[(line.IndexOf(',', StringComparison.Ordinal) + 1)..],
                    StringComparison.Ordinal));
    }

    // C6
    [Fact]
    public async Task A_table_that_is_piped_has_each_row_on_one_line()
    {
        var (exitCode, lines, errors) = await ListAsync("--deployment", "credit-risk");

        Assert.True(exitCode == 0, errors);
        var row = Assert.Single(lines, line => line.Contains("executionTime", StringComparison.Ordinal));
        Assert.Contains("2026-01-07T00:00:00Z", row, StringComparison.Ordinal);
        Assert.Contains("2026-01-08T00:00:00Z", row, StringComparison.Ordinal);
        var deployments = await DemoProcess.RunAsync(
            [("DATAROBOT_API_TOKEN", "any")], ["deployments", "list", "--instances", "--endpoint", _host.Endpoint.ToString()]);
        var listed = Assert.Single(deployments.Lines, line => line.Contains("credit-risk", StringComparison.Ordinal));
        Assert.Matches("[0-9a-f]{24}", listed);
        Assert.Contains("h1, h2", listed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status-400", "mine", HttpStatusCode.BadRequest)]
    [InlineData("no-keys", "mine", HttpStatusCode.OK)]
    [InlineData("no-keys", "another", HttpStatusCode.Unauthorized)]
    public async Task The_simulator_is_as_strict_as_asked(string strict, string token, HttpStatusCode expected)
    {
        using var process = DemoProcess.Start("simulate", "--port", "0", "--deployments", "1", "--strict", strict, "--token", "mine");
        var endpoint = (await process.NextLineAsync()).Split('=')[1];
        Assert.Equal("DATAROBOT_API_TOKEN=mine", await process.NextLineAsync());
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{endpoint}/deployments/?foo=1"));
        request.Headers.Authorization = new("Bearer", token);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        await process.TerminateAsync();
        await process.WaitAsync();
    }

    [Fact]
    public async Task Buckets_give_one_row_each()
    {
        var (exitCode, lines, errors) = await ListAsync(
            "--deployment", "credit-risk", "--metric", "LogLoss", "--bucket", "1h", "--output", "json");

        Assert.True(exitCode == 0, errors);
        Assert.Equal(24, lines.Count);
        Assert.Equal("2026-01-07T00:00:00Z", DemoProcess.Parse(lines[0]).GetProperty("start").GetString());
    }

    [Fact]
    public async Task Why_there_is_no_accuracy_is_said_plainly()
    {
        var (exitCode, _, errors) = await ListAsync("--deployment", "no-ids");

        Assert.Equal(0, exitCode);
        Assert.Contains("has no association id", errors, StringComparison.Ordinal);
    }

    // C1, C3, C10
    [Theory]
    [InlineData(
        "answers since 2026-01-07T00:00:00Z only",
        "--deployment", "replaced", "--metric", "Accuracy", "--end", "2026-01-07T00:00:00Z")]
    [InlineData("does not tell 'Cost per call' apart", "--deployment", "credit-risk", "--metric", "Cost per call", "--instance", "h1")]
    [InlineData("has no association id", "--deployment", "no-ids", "--metric", "actuals.completeness")]
    public async Task Nothing_is_empty_without_a_true_reason(string reason, params string[] arguments)
    {
        var (exitCode, _, errors) = await DemoProcess.RunAsync(
            [("DATAROBOT_API_TOKEN", "any")], ["metrics", "list", "--endpoint", _host.Endpoint.ToString(), .. arguments]);

        Assert.True(exitCode == 0, errors);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    // C1
    [Fact]
    public async Task A_model_that_was_replaced_is_listed_by_its_id()
    {
        var world = ScenarioReader.Parse(Scenario, "scenario.yaml");
        var old = world.Deployments.Single(one => one.Deployment.Label == "replaced").Deployment.Models[0].Id;

        var (exitCode, lines, errors) = await DemoProcess.RunAsync(
            [("DATAROBOT_API_TOKEN", "any")],
            [
                "metrics", "list", "--endpoint", _host.Endpoint.ToString(), "--deployment", "replaced", "--metric", "Accuracy",
                "--end", "2026-01-07T00:00:00Z", "--model", old, "--output", "csv",
            ]);

        Assert.True(exitCode == 0, errors);
        Assert.StartsWith("all,Accuracy,2026-01-06T00:00:00Z,2026-01-07T00:00:00Z,0.", lines[1], StringComparison.Ordinal);
    }

    // C7, C9
    [Fact]
    public async Task A_verdict_is_a_word_with_its_own_time_and_a_metric_is_found_whatever_its_case()
    {
        var (exitCode, lines, errors) = await DemoProcess.RunAsync(
            [("DATAROBOT_API_TOKEN", "any")],
            [
                "metrics", "list", "--endpoint", _host.Endpoint.ToString(), "--deployment", "credit-risk", "--metric", "accuracyhealth",
                "--end", "2026-01-06T00:00:00Z", "--output", "csv",
            ]);

        Assert.True(exitCode == 0, errors);
        var cells = lines[1].Split(',');
        Assert.Equal("accuracyHealth", cells[1]);
        Assert.Contains(cells[4], (string[])["passing", "warning", "failing", "unknown"]);
        Assert.StartsWith("2026-01-08", cells[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("did you mean 'Accuracy'", "--deployment", "credit-risk", "--metric", "Acuracy")]
    [InlineData("There is no deployment", "--deployment", "fraud")]
    [InlineData("has no instance 'h9'", "--deployment", "credit-risk", "--instance", "h9")]
    [InlineData("has no metric 'Beauty'", "--deployment", "credit-risk", "--metric", "Beauty")]
    public async Task What_is_not_there_is_said_with_what_is(string message, params string[] arguments)
    {
        var (exitCode, _, errors) = await ListAsync(arguments);

        Assert.Equal(1, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Contains("there are", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_applied_and_listed()
    {
        await File.WriteAllTextAsync(
            _folder.File("rules.yaml"),
            "rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, for: 3 windows }]",
            TestContext.Current.CancellationToken);
        string[] data = ["--data", _folder.File("rules.db")];

        Assert.Equal(
            ["1 added, 0 changed, 0 removed, 0 unchanged"],
            (await DemoProcess.RunAsync(["rules", "apply", _folder.File("rules.yaml"), .. data])).Lines);
        Assert.Equal(
            ["0 added, 0 changed, 0 removed, 1 unchanged"],
            (await DemoProcess.RunAsync(["rules", "apply", _folder.File("rules.yaml"), .. data])).Lines);
        var listed = DemoProcess.Parse(Assert.Single((await DemoProcess.RunAsync(["rules", "list", "--output", "json", .. data])).Lines));
        Assert.Equal(
            ("floor", "{ below: 0.85 }", "3 windows"),
            (listed.GetProperty("name").GetString(), listed.GetProperty("when").GetString(), listed.GetProperty("for").GetString()));
    }

    private Task<(int ExitCode, IReadOnlyList<string> Lines, string Errors)> ListAsync(params string[] arguments) =>
        DemoProcess.RunAsync(
            [("DATAROBOT_API_TOKEN", "any")],
            ["metrics", "list", "--endpoint", _host.Endpoint.ToString(), "--end", "2026-01-08T00:00:00Z", .. arguments]);
}

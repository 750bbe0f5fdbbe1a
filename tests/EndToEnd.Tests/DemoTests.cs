using System.Text.Json;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task Each_trouble_of_the_story_fires_once_per_series_and_resolves_once()
    {
        var (exitCode, lines, errors) = await DemoProcess.RunAsync("demo", "--until-idle", "--speed", "max", "--output", "json");

        Assert.True(exitCode == 0, errors);
        var changes = lines.Select(DemoProcess.Parse).ToList();
        Assert.Equal(
            [
                "accuracy-floor credit-risk 10.20.0.11", "accuracy-floor credit-risk 10.20.0.12", "accuracy-floor credit-risk 10.20.0.13",
                "accuracy-floor credit-risk all",
                "no-actuals churn all", "slow-server fraud-score 10.20.2.12",
            ],
            Series(changes, "Fired"));
        Assert.Equal(Series(changes, "Fired"), Series(changes, "Resolved"));
        Assert.All(changes.Where(line => Text(line, "change") == "Resolved"), line => Assert.Equal("recovered", Text(line, "reason")));
        Assert.Equal(
            ["rule", "deployment", "instance", "metric", "change", "severity", "reason", "windowStart", "windowEnd", "value", "since"],
            changes[0].EnumerateObject().Select(property => property.Name));
        Assert.Contains("http://127.0.0.1:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_collapse_of_spring_1998_fires_on_the_recording()
    {
        var recording = Repository.File("..", "shared", "recordings", "elec2-predictions.csv");
        Assert.SkipUnless(File.Exists(recording), "The recording is shared beside the repository; it is not here.");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("rules.yaml"),
            "rules: [{ name: floor, metric: Accuracy, bucket: 1d, when: { below: 0.65 }, for: 3 windows }]",
            TestContext.Current.CancellationToken);

        var (exitCode, lines, errors) = await DemoProcess.RunAsync(
            "demo", "--until-idle", "--output", "json", "--recording", recording, "--rules", folder.File("rules.yaml"));

        Assert.True(exitCode == 0, errors);
        Assert.Contains(
            lines.Select(DemoProcess.Parse),
            line => Text(line, "change") == "Fired" && Text(line, "windowStart").StartsWith("1998-04", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rule_file_with_an_error_is_said_to_have_one()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("rules.yaml"),
            "rules: [{ name: floor, metric: Accuracy, when: { belw: 0.65 } }]",
            TestContext.Current.CancellationToken);

        var (exitCode, lines, errors) = await DemoProcess.RunAsync("demo", "--until-idle", "--rules", folder.File("rules.yaml"));

        Assert.Equal((1, 0), (exitCode, lines.Count));
        Assert.Contains("Did you mean 'below'?", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo", "--speed", "fast")]
    [InlineData("demo", "--recording", "/nowhere.csv")]
    [InlineData("metrics", "list")]
    [InlineData("fly")]
    public async Task A_usage_error_exits_with_2(params string[] arguments) =>
        Assert.Equal(2, (await DemoProcess.RunAsync(arguments)).ExitCode);

    private static IEnumerable<string> Series(IEnumerable<JsonElement> lines, string change) =>
        lines.Where(line => Text(line, "change") == change)
        .Select(line => $"{Text(line, "rule")} {Text(line, "deployment")} {Text(line, "instance")}").Order(StringComparer.Ordinal);

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}

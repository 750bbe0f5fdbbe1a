using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing.Explaining;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests.Api;

/// <summary>Each answer names the true reason.</summary>
public sealed class ExplainTests
{
    private const string Rules =
        """
        rules:
          - { name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.7 } }, notify: [out] }
          - { name: patient, metric: Accuracy, when: { below: 0.85 }, for: 3 windows, notify: [out] }
          - { name: daily, metric: Accuracy, bucket: 1d, when: { below: 0.85 }, notify: [out] }
          - { name: important, metric: Accuracy, deployments: { importance: [CRITICAL, HIGH] }, when: { below: 0.85 }, notify: [out] }
          - { name: sure, metric: Accuracy, minSamples: 1000, when: { below: 0.85 }, notify: [out] }
          - { name: misspelt, metric: Acuracy, when: { below: 0.85 }, notify: [out] }
          - { name: hosts, metric: Accuracy, instances: [10.*], when: { below: 0.85 }, notify: [out] }
          - { name: lonely, metric: Accuracy, when: { below: 0.85 } }
          - { name: away, metric: Accuracy, when: { below: 0.85 }, notify: [nowhere] }
          - { name: off, metric: Accuracy, enabled: false, when: { below: 0.85 } }
        channels:
          - { name: out, type: console }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nothing", "There is no rule 'nothing'.")]
    [InlineData("flor", "There is no rule 'flor'. Did you mean 'floor'?")]
    [InlineData("off", "The rule 'off' is disabled: it is not evaluated.")]
    [InlineData(
        "important",
        "The rule 'important' does not select credit-risk: its importance is not set, the rule asks for CRITICAL or HIGH.")]
    [InlineData(
        "daily",
        "The rule 'daily' does not look at what is there of 'Accuracy' on credit-risk: its windows are 1h long, the rule asks for 1d. " +
        "The last tick says: nothing has been collected yet.")]
    [InlineData(
        "misspelt",
        "No window of 'Acuracy' has been read of credit-risk. Did you mean 'Accuracy'? " +
        "The last tick says: nothing has been collected yet.")]
    [InlineData(
        "hosts",
        "No window of 'Accuracy' has been read of [10.*] on credit-risk; there is all. " +
        "The last tick says: nothing has been collected yet.")]
    public async Task Where_there_is_nothing_to_look_at_it_says_why(string rule, string expected)
    {
        await using var host = await StartAsync(0.6);
        var explained = await ExplainAsync(host, new(rule, "credit-risk"));

        Assert.Equal(expected, explained.Conclusion);
        Assert.Empty(explained.Series);
    }

    [Fact]
    public async Task A_deployment_that_nobody_knows_is_named_with_one_that_was_perhaps_meant()
    {
        await using var host = await StartAsync(0.6);

        var explained = await ExplainAsync(host, new("floor", "credit-rusk"));

        Assert.StartsWith("Nothing is known of a deployment 'credit-rusk'", explained.Conclusion, StringComparison.Ordinal);
        Assert.EndsWith(" Did you mean 'credit-risk'?", explained.Conclusion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("floor", "It fires (critical) since 2026-01-05T01:00:00Z: {0} is past the threshold: 0.6 against 0.7.")]
    [InlineData("patient", "It does not fire yet: {0} is past the threshold, 1 of 3; the rule asks for 3 windows.")]
    [InlineData("sure", "It does not fire: {0} has 500 rows, the rule asks for 1000: it counts for nothing.")]
    public async Task It_says_what_the_rule_finds_in_the_newest_window(string rule, string expected)
    {
        await using var host = await StartAsync(0.6);
        var explained = await ExplainAsync(host, new(rule, "d1"));

        Assert.Equal(
            expected.Replace("{0}", "the window that ended 2026-01-05T01:00:00Z", StringComparison.Ordinal), explained.Conclusion);
        Assert.Equal(0.6, Assert.Single(Assert.Single(explained.Series).Windows).Window.Value);
    }

    [Fact]
    public async Task What_is_fine_says_by_how_much()
    {
        await using var host = await StartAsync(0.93);
        var explained = await ExplainAsync(host, new("floor", "credit-risk"));

        Assert.Equal("It does not fire: the window that ended 2026-01-05T01:00:00Z is fine: 0.93 against 0.85.", explained.Conclusion);
        Assert.Equal(["It would notify out."], explained.Series[0].Notified);
    }

    [Theory]
    [InlineData("lonely", "Nobody is notified: neither the rule nor a route names a channel.")]
    [InlineData("away", "Nobody is notified: there is no channel 'nowhere'.")]
    public async Task An_alert_that_reaches_nobody_says_why(string rule, string expected)
    {
        await using var host = await StartAsync(0.6);
        Assert.Equal([expected], (await ExplainAsync(host, new(rule, "credit-risk"))).Series[0].Notified);
    }

    [Fact]
    public async Task An_alert_that_is_silenced_says_by_whom()
    {
        await using var host = await ApiHost.StartAsync();
        await ApplyAsync(host);
        var silences = host.Services.GetRequiredService<SilenceStore>();
        var match = new AlertMatcher(new Dictionary<string, Glob> { ["rule"] = new("floor") });
        var now = host.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await silences.AddAsync(match, now, TimeSpan.FromHours(4), "ann", "upgrade", Cancellation);
        await host.ReadAsync("d1", 0.6, 0);

        var notified = (await ExplainAsync(host, new("floor", "credit-risk"))).Series[0].Notified;

        Assert.Contains(notified, sentence => sentence.StartsWith("It is held back by silence ", StringComparison.Ordinal) &&
            sentence.EndsWith("(ann: upgrade).", StringComparison.Ordinal));
        Assert.Contains(notified, sentence => sentence.StartsWith("out was told nothing yet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task As_it_was_then_leaves_out_what_came_later()
    {
        await using var host = await StartAsync(0.6);
        await host.ReadAsync("d1", 0.95, 1);

        Assert.StartsWith("It does not fire", (await ExplainAsync(host, new("floor", "d1"))).Conclusion, StringComparison.Ordinal);
        var then = await ExplainAsync(host, new("floor", "d1") { At = new(2026, 1, 5, 1, 30, 0, TimeSpan.Zero) });
        Assert.StartsWith("It fires (critical)", then.Conclusion, StringComparison.Ordinal);
        Assert.Empty(then.Series[0].Notified);
    }

    [Fact]
    public async Task The_API_and_the_command_line_say_the_same()
    {
        await using var host = await StartAsync(0.6);
        var response = await host.GetAsync("/api/explain?rule=floor&deployment=credit-risk&windows=5");
        var (exitCode, lines, errors) = await DemoProcess.RunAsync(
            "explain", "--rule", "floor", "--deployment", "credit-risk", "--data", host.DataFile);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(response.GetProperty("conclusion").GetString(), lines[0]);
        Assert.Contains(lines, line => line.StartsWith("out was told that it fired at ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("past the threshold: 0.6 against 0.7", StringComparison.Ordinal));
        Assert.Equal("critical", response.GetProperty("series")[0].GetProperty("windows")[0].GetProperty("state").GetString());
    }

    private static async Task<ApiHost> StartAsync(double value)
    {
        var host = await ApiHost.StartAsync();
        await ApplyAsync(host);
        await host.ReadAsync("d1", value, 0);
        return host;
    }

    /// <summary>The file has warnings, and they are right: some of its rules are to fail.</summary>
    private static async Task ApplyAsync(ApiHost host) =>
        await host.Services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(Rules, "rules.yaml"), Cancellation);

    private static Task<RuleExplanation> ExplainAsync(ApiHost host, ExplainQuery query) =>
        host.Services.GetRequiredService<RuleExplainer>().ExplainAsync(query, Cancellation);
}

using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;

namespace EndToEnd.Tests;

/// <summary>A model is replaced in the middle of a day, on a DataRobot that is as strict as any source lets it be.</summary>
public sealed class ReplacedModelTests
{
    private const string Rules =
        """
        rules:
          - { name: accuracy, metric: Accuracy, instances: each, minSamples: 30, when: { below: 0.7 } }
          - { name: drop, metric: Accuracy, minSamples: 30, when: { worsensBy: 25%, versus: baseline } }
          - { name: no-accuracy, metric: Accuracy, when: { missingFor: 12h } }
          - { name: rows, metric: rowCount, instances: each, when: { below: 40 } }
          - { name: requests, metric: totalRequests, instances: each, when: { below: 4 } }
          - { name: slow, metric: responseTime.p90, instances: each, when: { above: 500 } }
          - { name: no-times, metric: responseTime, when: { missingFor: 2h } }
          - { name: complete, metric: actuals.completeness, for: 24 windows, when: { below: 0.2 } }
        """;

    private const string Story =
        """
        start: 2026-01-05T00:00:00Z
        duration: 4d
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
            accuracy: 0.92
            actualsDelay: 3h
            troubles:
              - { kind: slow, from: 62h, host: 10.0.0.2, responseTime: 900 }
        """;

    // F9, F14, F21
    [Fact]
    public async Task No_alert_but_those_that_the_world_justifies()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var world = ScenarioReader.Parse(Story, "story.yaml");
        await using var pipeline = await CollectingPipeline.StartAsync(
            world, world.Start.AddHours(48), Rules, new Dictionary<string, string?>(), cancellation, StrictSwitches.All);

        var failures = new List<string>();
        for (var tick = 0; tick < 40 * 3; tick++)
        {
            var report = await pipeline.CollectAsync(cancellation);
            failures.AddRange(report.Failures.Select(failure => failure.Text));
            await pipeline.EvaluateAsync(cancellation);
            pipeline.Clock.AdvanceTo(pipeline.Clock.GetUtcNow().AddMinutes(20));
        }

        Assert.Empty(failures);
        Assert.Equal(
            ["broken slow/10.0.0.2", "broken slow/all"],
            (await pipeline.AlertsAsync(cancellation)).Where(alert => alert.Deployment.Id != "pipeline")
                .Select(alert => $"{alert.Deployment.Label} {alert.Key.Rule}/{alert.Key.Instance}").Order(StringComparer.Ordinal));
    }
}

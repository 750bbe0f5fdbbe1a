using System.Net;
using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Simulator.World;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>F2, F10, F11, F14, F15, F16, F18, F20: every answer has the shape that the contract gives it.</summary>
public sealed class AnswerTests
{
    /// <summary>Before everything, over everything, in hours, after everything.</summary>
    private static readonly string[] Periods =
    [
        "start=2025-12-01T00:00:00Z&end=2025-12-03T00:00:00Z",
        "start=2026-01-05T00:00:00Z&end=2026-01-08T00:00:00Z",
        "start=2026-01-07T00:00:00Z&end=2026-01-07T02:00:00Z",
        "start=2026-03-01T00:00:00Z&end=2026-03-02T00:00:00Z",
    ];

    public static TheoryData<string, string> WorldsAndSwitches() => new(
        from world in (string[])["everything", "synthetic", "recording"]
        from switches in world == "everything" ? (string[])["", "all", "none", .. StrictSwitches.Names] : ["", "all"]
        select (world, switches));

    [Theory]
    [MemberData(nameof(WorldsAndSwitches))]
    public async Task Every_answer_of_every_deployment_validates(string world, string switches)
    {
        var strict = StrictSwitches.Default;
        Assert.True(switches.Length == 0 || StrictSwitches.TryParse(switches, out strict, out _));
        var now = new DateTimeOffset(2026, 1, 8, 0, 20, 0, TimeSpan.Zero);
        await using var api = await SimulatedApi.StartAsync(WorldOf(world), new() { Strict = strict }, now);
        var answered = new HashSet<string>();
        foreach (var endpoint in SimulatedApi.Contract.Endpoints)
        {
            foreach (var path in PathsOf(endpoint, api.World))
            {
                foreach (var query in QueriesOf(endpoint))
                {
                    var answer = await api.GetAsync($"{path}?{query}");
                    var problems = SimulatedApi.Contract.CheckAnswer("GET", path, (int)answer.Status, answer.Text);
                    Assert.True(problems.Count == 0, $"{path}?{query}: {string.Join("; ", problems)}\n{answer.Text}");
                    Assert.Equal("application/json", answer.ContentType);
                    if (answer.Status == HttpStatusCode.OK)
                        answered.Add(endpoint.Id);
                }
            }
        }

        var expected = SimulatedApi.Contract.Endpoints.Where(
            endpoint => world != "recording" || !endpoint.Path.Contains("{customMetricId}", StringComparison.Ordinal));
        Assert.Equal(expected.Select(endpoint => endpoint.Id).Order(), answered.Order());
    }

    [Fact]
    public async Task The_contract_test_sees_a_field_that_is_missing()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var path = $"deployments/{api.Id("complete")}/accuracyOverTime/";
        var answer = await api.GetAsync(path);

        var without = answer.Text.Replace("\"baselines\"", "\"bases\"", StringComparison.Ordinal);
        Assert.NotEmpty(SimulatedApi.Contract.CheckAnswer("GET", path, 200, without));
    }

    private static SimulatedWorld WorldOf(string name)
    {
        switch (name)
        {
            case "synthetic":
                return SyntheticWorld.Create(2, 2, new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(3));
            case "recording":
                using (var folder = new TemporaryFolder())
                {
                    File.WriteAllText(
                        folder.File("r.csv"),
                        "predicted_at,instance,p,actual,actual_at\n2026-01-07T00:10:00Z,h1,0.9,1,2026-01-07T01:00:00Z\n" +
                        "2026-01-07T00:20:00Z,h1,0.2,0,\n");
                    return RecordingReader.Read(folder.File("r.csv"));
                }

            default:
                return ScenarioReader.Parse(Worlds.Everything, "scenario.yaml");
        }
    }

    private static IEnumerable<string> PathsOf(ContractEndpoint endpoint, SimulatedWorld world) =>
        from statistics in world.Deployments
        let path = endpoint.Path.TrimStart('/').Replace("{deploymentId}", statistics.Deployment.Id, StringComparison.Ordinal)
        from metric in endpoint.Path.Contains("{customMetricId}", StringComparison.Ordinal)
            ? statistics.Deployment.CustomMetrics.Select(metric => metric.Id).Append("000000000000000000000000")
            : [""]
        select path.Replace("{customMetricId}", metric, StringComparison.Ordinal);

    /// <summary>Each period with each metric, model and segment. What one deployment refuses is an answer too.</summary>
    private static IEnumerable<string> QueriesOf(ContractEndpoint endpoint)
    {
        var required = endpoint.Parameter("featureNames") is null ? "" : "&featureNames=age&featureNames=income";
        if (endpoint.Parameter("start") is null)
            return ["", .. endpoint.Parameter("limit") is null ? (string[])[] : ["limit=1"]];
        return
        [
            .. Periods.Select(period => $"{period}{required}"),
            .. from period in Periods[1..2]
               from metric in endpoint.Parameter("metric")?.Allowed.Select(name => $"&metric={Uri.EscapeDataString(name)}") ?? []
               select $"{period}{metric}{required}",
            .. from period in Periods
               from more in (string[])
               [
                   "&modelId=nobody",
                   "&segmentAttribute=DataRobot-Host-IP&segmentValue=10.0.0.1",
                   "&segmentAttribute=DataRobot-Host-IP&segmentValue=nobody",
                   "&segmentAttribute=DataRobot-Consumer",
               ]
               select $"{period}{required}{more}",
        ];
    }
}

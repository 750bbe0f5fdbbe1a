using System.Net;
using System.Text;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using MetricsAlerts.Simulator.Contract;

namespace MetricsAlerts.DataRobot.Tests;

/// <summary>Every request that the client can make is one that DataRobot's contract allows.</summary>
public sealed class ContractTests
{
    private const string Model = "5c6f7a9e9ca9b20017ff95a2";
    private static readonly DateTimeOffset Start = new(2019, 8, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly DataRobotContract Contract = DataRobotContract.Load();
    private static readonly TimeSpan[] Buckets = [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Of a deployment whose target type is not known every metric is asked for.</summary>
    public static TheoryData<string> TargetTypes => ["Binary", "Regression", "Multiclass", ""];

    // F12
    [Theory]
    [MemberData(nameof(TargetTypes))]
    public async Task Every_request_is_allowed(string targetType)
    {
        var server = new CannedServer(Answer);
        var deployments = await server.Source.ListDeploymentsAsync(Cancellation).ToListAsync(Cancellation);
        await server.Source.FindDeploymentAsync(deployments[0].Id, Cancellation);
        await AskAllAsync(server.Source.Open(deployments[0] with { TargetType = targetType.Length > 0 ? targetType : null }));

        var asked = server.Requests.Select(request => request.RequestUri!.PathAndQuery).Distinct().ToList();
        Assert.Empty(asked.SelectMany(request => Contract.Check("GET", request), (request, problem) => $"{request}: {problem}"));
        Assert.Equal(
            [
                "accuracy", "accuracyOverTime", "customMetricSummary", "customMetricValuesOverTime", "customMetrics", "deployment",
                "deployments", "featureDrift", "modelHistory", "predictionsOverTime", "predictionsVsActualsOverTime", "segmentAttributes",
                "segmentValues", "serviceStats", "serviceStatsOverTime", "settings", "targetDrift",
            ],
            asked.Select(request => Contract.Find(request)!.Value.Endpoint.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.All(asked, request => Assert.NotEmpty(Contract.Check("GET", request + (request.Contains('?') ? "&" : "?") + "other=1")));
    }

    private static async Task AskAllAsync(IDeploymentMetrics metrics)
    {
        MetricFamily[] families = [MetricFamily.ServiceHealth, MetricFamily.Accuracy, MetricFamily.Drift, MetricFamily.Predictions];
        var listing = await metrics.ListHostsAsync(families, Cancellation);
        await metrics.ListModelsAsync(Cancellation);
        IReadOnlyList<string> names =
        [
            .. await metrics.ListMetricsAsync([new Glob("*")], Cancellation), "responseTime.p99.9", "executionTime.p5", "Cost per call",
        ];
        foreach (var instance in listing.Hosts.Take(1).Prepend("all"))
        {
            foreach (var model in (string?[])[null, Model])
            {
                foreach (var bucket in Buckets)
                {
                    var query = new SeriesQuery(instance, new("Accuracy", bucket), Start, Start + (bucket * 2)) { ModelId = model };
                    await AskOverTimeAsync(metrics, names, query);
                }

                foreach (var asked in (IReadOnlyList<string>[])[[], names])
                    await metrics.ReadSpanAsync(new(instance, asked, Start, Start.AddHours(1)) { ModelId = model }, Cancellation);
            }
        }
    }

    private static async Task AskOverTimeAsync(IDeploymentMetrics metrics, IEnumerable<string> names, SeriesQuery query)
    {
        foreach (var name in names)
        {
            var own = query with { Series = query.Series with { Metric = name } };
            await metrics.ReadAsync(own, Cancellation);
            await metrics.ReadAsync(own with { End = own.Start + own.Series.Bucket }, Cancellation);
            await metrics.ReadCompletenessAsync(own, Cancellation);
            await metrics.ExplainMissingAsync(own, Cancellation);
        }
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var endpoint = Contract.Find(request.RequestUri!.PathAndQuery)?.Endpoint.Id;
        var body = endpoint switch
        {
            "deployments" => """{"data":[{"id":"5c939e08962d741e34f609f0","model":{"id":"5c6f7a9e9ca9b20017ff95a2"}}],"next":null}""",
            "segmentAttributes" => """{"data":["DataRobot-Host-IP"]}""",
            "segmentValues" => """{"data":["10.0.0.1"],"next":null}""",
            "customMetrics" => CannedServer.Recorded("customMetrics.json"),
            "featureDrift" => CannedServer.Recorded("featureDrift.json"),
            _ => "{}",
        };
        return new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }
}

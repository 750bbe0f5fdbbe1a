using MetricsAlerts.Simulator.Contract;

namespace MetricsAlerts.Simulator.Tests.Contract;

public sealed class DataRobotContractTests
{
    private const string Deployment = "deployments/5c939e08962d741e34f609f0";
    private const string TwoDays = "start=2026-01-31T00:00:00Z&end=2026-02-02T00:00:00Z";

    private readonly DataRobotContract _contract = DataRobotContract.Load();

    public static TheoryData<string, string, bool> Cases() =>
        [.. DataRobotContract.Load().Cases.Select(one => (one.Endpoint, one.Query, one.IsAccepted))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_case_of_the_contract_is_judged_as_it_says(string endpoint, string query, bool isAccepted)
    {
        var path = _contract.Endpoint(endpoint).Path.Replace("{deploymentId}", "5c939e08962d741e34f609f0", StringComparison.Ordinal);

        Assert.Equal(isAccepted, _contract.Check("GET", $"{path}?{query}").Count == 0);
    }

    // F6, F7, F12, F17
    [Theory]
    [InlineData("segmentAttributes/?monitoringType=serviceHealth&limit=100", "limit: limit is not allowed key")]
    [InlineData($"serviceStats/?{TwoDays}&start=2026-01-31T00:00:00Z", "start: is there 2 times; once is allowed")]
    [InlineData("serviceStats/?start=2026-01-31T00:30:00Z", "start: is '2026-01-31T00:30:00Z'; a full hour in UTC")]
    [InlineData("serviceStats/?start=2026-01-31T00:00:00%2B01:00", "a full hour in UTC")]
    [InlineData("serviceStats/?start=2026-01-31", "a full hour in UTC")]
    [InlineData("serviceStats/?responseTimeQuantile=3", "responseTimeQuantile: is 3; 1 is the most")]
    [InlineData("serviceStats/?responseTimeQuantile=NaN", "a number is expected")]
    [InlineData("serviceStats/?slowRequestsThreshold=0.5", "a whole number is expected")]
    [InlineData($"serviceStatsOverTime/?{TwoDays}&bucketSize=P1M", "bucketSize: is P1M; it must not be longer than the period")]
    [InlineData($"serviceStatsOverTime/?{TwoDays}&bucketSize=P7D", "bucketSize: is P7D; it must not be longer than the period")]
    [InlineData($"serviceStatsOverTime/?{TwoDays}&bucketSize=PT90M", "a multiple of one hour")]
    [InlineData("serviceStatsOverTime/?bucketSize=P8D", "")]
    [InlineData("featureDriftOverTime/", "featureNames: is required")]
    [InlineData("featureDriftOverTime/?featureNames=a&featureNames=b&featureNames=c", "at most 2 are allowed")]
    [InlineData($"serviceStatsOverTime/?{TwoDays}&bucketSize=PT24H", "")]
    [InlineData("settings", "is not known")]
    [InlineData("weather/", "is not known")]
    public void What_is_not_allowed_is_named_with_what_is(string path, string problem)
    {
        var problems = _contract.Check("GET", $"{Deployment}/{path}");

        if (problem.Length == 0)
            Assert.Empty(problems);
        else
            Assert.Contains(problem, Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_period_whose_end_is_now_is_judged_when_now_is_known()
    {
        var now = new DateTimeOffset(2026, 1, 31, 12, 20, 0, TimeSpan.Zero);

        Assert.Single(_contract.Check("GET", $"{Deployment}/serviceStatsOverTime/?bucketSize=P8D", now));
        Assert.Single(_contract.Check("GET", $"{Deployment}/serviceStats/?start=2026-02-01T00:00:00Z", now));
        Assert.Empty(_contract.Check("GET", $"{Deployment}/serviceStats/?start=2026-01-31T12:00:00Z", now));
    }

    [Fact]
    public void Other_methods_are_refused() =>
        Assert.Equal(
            "DELETE is not allowed on /deployments/{deploymentId}/; allowed is GET",
            Assert.Single(_contract.Check("DELETE", $"{Deployment}/")).ToString());

    [Theory]
    [InlineData("deployments/?limit=100")]
    [InlineData("/deployments/?limit=100")]
    [InlineData("/api/v2/deployments/?limit=100")]
    [InlineData("https://app.datarobot.com/api/v2/deployments/?limit=100")]
    public void A_path_may_be_below_the_base_or_whole(string path) => Assert.Empty(_contract.Check("GET", path));

    // F14, F15, F16
    [Theory]
    [InlineData("segmentAttributes/", """{"data":["DataRobot-Host-IP"]}""", "")]
    [InlineData("segmentAttributes/", """{"data":[{"name":"DataRobot-Host-IP"}]}""", "$.data[0]: is {\"name\"")]
    [InlineData("accuracyOverTime/", """{"metric":"AUC","buckets":[],"baselines":[],"segmentAttribute":null}""", "$.segmentAttribute")]
    [InlineData("accuracyOverTime/", """{"metric":"AUC","buckets":[]}""", "$.baselines: is required and missing")]
    [InlineData("accuracyOverTime/", """{"metric":"Beauty","buckets":[],"baselines":[]}""", "$.metric: is \"Beauty\"; allowed are")]
    [InlineData("predictionsVsActualsOverTime/", """{"summary":{},"baselines":[],"buckets":[],"x":1}""", "$.x: is not allowed")]
    [InlineData(
        "predictionsVsActualsOverTime/",
        """
        {"summary":{},"baselines":[],"buckets":[{"period":{"start":"2026-01-05","end":"2026-01-06T00:00:00Z"},"modelId":null,
        "rowCountTotal":1.5,"rowCountWithActual":null}]}
        """,
        "$.buckets[0].period.start: is '2026-01-05'; a time")]
    [InlineData("version/", "[1", "is not JSON")]
    public void An_answer_is_compared_with_its_schema(string path, string json, string problem)
    {
        var address = path == "version/" ? path : $"{Deployment}/{path}";
        var problems = _contract.CheckAnswer("GET", address, 200, json);

        if (problem.Length == 0)
            Assert.Empty(problems);
        else
            Assert.Contains(problem, string.Join('\n', problems), StringComparison.Ordinal);
    }

    // F13
    [Theory]
    [InlineData("""{"message":"Invalid field data","errors":{"limit":"limit is not allowed key"}}""", 0)]
    [InlineData("""{"message":{"limit":"limit is not allowed key"}}""", 0)]
    [InlineData("""{"error":"no"}""", 1)]
    public void An_error_has_a_message_that_is_a_text_or_an_object(string json, int problems) =>
        Assert.Equal(problems, _contract.CheckAnswer("GET", "deployments/", 422, json).Count);

    [Fact]
    public void Metrics_are_told_by_target_type()
    {
        var binary = _contract.AccuracyMetrics
            .Where(metric => metric.TargetTypes.Contains("Binary")).Select(metric => metric.Name).ToList();

        Assert.Contains("Rate@Top5%", binary);
        Assert.DoesNotContain("RMSE", binary);
        Assert.False(_contract.AccuracyMetrics.Single(metric => metric.Name == "LogLoss").IsHigherBetter);
    }
}

using System.Net;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.DataRobot.Tests;

public sealed class DataRobotMetricSourceTests
{
    private static readonly DateTimeOffset Start = new(2019, 8, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Deployment Deployment = new("5c939e08962d741e34f609f0", "NSW price direction");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Windows_come_with_value_sample_baseline_and_model()
    {
        var server = new CannedServer().AnswersRecorded("accuracyOverTime.json");

        var windows = await ReadAsync(server, "LogLoss");

        Assert.Equal([Start, Start.AddHours(1), Start.AddHours(2)], windows.Select(window => window.Start));
        Assert.Equal([0.73, null, 0.5], windows.Select(window => window.Value));
        Assert.Equal([20, 0, 0], windows.Select(window => window.SampleSize));
        Assert.All(windows, window => Assert.Equal((0.6454, "5c6f7a9e9ca9b20017ff95a2"), (window.Baseline, window.ModelId)));
        var request = server.Requests.Single();
        Assert.Equal("Bearer token", request.Headers.Authorization!.ToString());
        Assert.Equal(
            "https://app.datarobot.com/api/v2/deployments/5c939e08962d741e34f609f0/accuracyOverTime/" +
                "?metric=LogLoss&start=2019-08-01T00%3A00%3A00Z&end=2019-08-01T03%3A00%3A00Z&bucketSize=PT1H",
            request.RequestUri!.AbsoluteUri);
    }

    [Theory]
    [InlineData("accuracy-newer.json", 480)]
    [InlineData("accuracy-older.json", 0)]
    public async Task The_whole_span_is_read_from_newer_and_older_servers(string recorded, long rows)
    {
        var server = new CannedServer()
            .AnswersRecorded(recorded).Answers(HttpStatusCode.OK, """{"metrics":{"totalRequests":62,"responseTime":null}}""");

        var (readings, _) = await server.Source.Open(Deployment).ReadSpanAsync(
            new("all", ["LogLoss", "totalRequests", "responseTime"], Start, Start.AddDays(1)), Cancellation);

        Assert.Equal(["LogLoss", "totalRequests", "responseTime"], readings.Select(reading => reading.Metric));
        Assert.Equal(
            (0.7533, 0.6454, rows), (readings[0].Window.Value!.Value, readings[0].Window.Baseline!.Value, readings[0].Window.SampleSize));
    }

    [Fact]
    public async Task Deployments_are_read_page_by_page()
    {
        var server = new CannedServer().AnswersRecorded("deployments-1.json").AnswersRecorded("deployments-2.json");

        var deployments = await server.Source.ListDeploymentsAsync(Cancellation).ToListAsync(Cancellation);

        Assert.Equal(["NSW price direction", "5c939e08962d741e34f609f1"], deployments.Select(deployment => deployment.Label));
        Assert.Equal(
            ("HIGH", "Binary", "https://app.datarobot.com/deployments/5c939e08962d741e34f609f0/overview"),
            (deployments[0].Importance, deployments[0].TargetType, deployments[0].Link!.AbsoluteUri));
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_followed()
    {
        var page = CannedServer.Recorded("deployments-1.json").Replace("app.datarobot.com", "evil.example.com", StringComparison.Ordinal);
        var server = new CannedServer().Answers(HttpStatusCode.OK, page);

        var exception = await Assert.ThrowsAsync<MetricSourceException>(
            async () => await server.Source.ListDeploymentsAsync(Cancellation).ToListAsync(Cancellation));

        Assert.Contains("evil.example.com", exception.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(401, """{"message":"Invalid token"}""", MetricSourceProblem.Unauthorized, "DATAROBOT_API_TOKEN")]
    [InlineData(403, """{"message":"No"}""", MetricSourceProblem.Forbidden, "permission")]
    [InlineData(404, """{"message":"Not Found"}""", MetricSourceProblem.NotFound, "no deployment with this id")]
    [InlineData(
        422,
        """{"message":"Invalid field data","errors":{"start":"must be on the full hour"}}""",
        MetricSourceProblem.Invalid,
        "start: must be on the full hour")]
    [InlineData(418, "", MetricSourceProblem.Unexpected, "418")]
    public async Task An_error_answer_says_what_to_do(int status, string body, MetricSourceProblem problem, string word)
    {
        var exception = await Assert.ThrowsAsync<MetricSourceException>(
            () => ReadAsync(new CannedServer().Answers((HttpStatusCode)status, body), "LogLoss"));

        Assert.Equal(problem, exception.Problem);
        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>login</html>", "text/html", "proxy")]
    [InlineData("{\"buckets\":[{\"value\":", "application/json", "JSON")]
    [InlineData("{\"buckets\":7}", "application/json", "$.buckets")]
    [InlineData("null", "application/json", "null")]
    public async Task An_answer_that_is_not_understood_is_said_to_be(string body, string type, string word)
    {
        var exception = await Assert.ThrowsAsync<MetricSourceException>(
            () => ReadAsync(new CannedServer().Answers(HttpStatusCode.OK, body, type), "LogLoss"));

        Assert.Equal(MetricSourceProblem.Unexpected, exception.Problem);
        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_and_server_errors_are_tried_again()
    {
        var throttled = new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Headers = { RetryAfter = new(TimeSpan.Zero) },
            Content = new StringContent(""),
        };
        var server = new CannedServer()
            .Answers(throttled).Answers(HttpStatusCode.BadGateway, "<html>").AnswersRecorded("accuracyOverTime.json");

        Assert.Equal(3, (await ReadAsync(server, "LogLoss")).Count);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task The_host_attribute_is_taken_as_the_deployment_lists_it_and_remembered()
    {
        var server = new CannedServer()
            .Answers(HttpStatusCode.OK, """{"data":["DataRobot-Consumer","DataRobot-Host-Name"],"next":null}""")
            .Answers(HttpStatusCode.OK, """{"data":[{"value":"host-b"},{"value":"host-a"}],"next":null}""")
            .AnswersRecorded("accuracyOverTime.json");

        Assert.Equal(
            ["host-a", "host-b"], (await server.Source.Open(Deployment).ListHostsAsync([MetricFamily.Accuracy], Cancellation)).Hosts);
        await server.Source.Open(Deployment).ReadAsync(
            new("host-a", new("LogLoss", TimeSpan.FromHours(1)), Start, Start.AddHours(3)), Cancellation);

        Assert.Contains(
            "&segmentAttribute=DataRobot-Host-Name&segmentValue=host-a",
            server.Requests[^1].RequestUri!.AbsoluteUri,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_complete_the_actuals_are_comes_from_row_counts()
    {
        var server = new CannedServer().AnswersRecorded("predictionsVsActualsOverTime.json");

        var completeness = await server.Source.Open(Deployment).ReadCompletenessAsync(
            new("all", new("Accuracy", TimeSpan.FromHours(1)), Start, Start.AddHours(3)), Cancellation);

        Assert.Equal([(Start, 0.75), (Start.AddHours(1), 0)], completeness.Select(pair => (pair.Key, pair.Value)));
    }

    // F12
    [Fact]
    public async Task Without_segment_analysis_there_are_no_hosts_and_the_settings_say_so()
    {
        var server = new CannedServer()
            .Answers(HttpStatusCode.Forbidden, """{"message":"feature off"}""")
            .Answers(HttpStatusCode.OK, """{"segmentAnalysis":{"enabled":false}}""");

        var listing = await server.Source.Open(Deployment).ListHostsAsync([MetricFamily.ServiceHealth], Cancellation);

        Assert.Empty(listing.Hosts);
        Assert.Contains("segment analysis is off", listing.Note, StringComparison.Ordinal);
    }

    // F12
    [Fact]
    public async Task A_refusal_of_the_attributes_is_a_refusal_where_segment_analysis_is_on()
    {
        var server = new CannedServer()
            .Answers(HttpStatusCode.UnprocessableEntity, """{"message":{"limit":"limit is not allowed key"}}""")
            .Answers(HttpStatusCode.OK, """{"segmentAnalysis":{"enabled":true}}""");

        var exception = await Assert.ThrowsAsync<MetricSourceException>(
            () => server.Source.Open(Deployment).ListHostsAsync([MetricFamily.ServiceHealth], Cancellation));

        // F13
        Assert.Contains("limit: limit is not allowed key", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "/segmentAttributes/?monitoringType=serviceHealth", server.Requests[0].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attributes_of_a_family_that_are_refused_are_no_answer()
    {
        var server = new CannedServer()
            .Answers(HttpStatusCode.OK, """{"data":["DataRobot-Host-IP"]}""")
            .Answers(HttpStatusCode.Forbidden, "{}")
            .Answers(HttpStatusCode.OK, "{}")
            .Answers(HttpStatusCode.OK, """{"data":["10.0.0.1"],"next":null}""");
        var listing = await server.Source.Open(Deployment)
            .ListHostsAsync([MetricFamily.ServiceHealth, MetricFamily.Accuracy], Cancellation);
        Assert.Equal([MetricFamily.Accuracy], listing.Families);
        Assert.Equal([MetricFamily.ServiceHealth], listing.Refused);
    }

    // F21
    [Fact]
    public async Task Where_hosts_exist_for_service_health_only_the_other_families_are_said_to_be_whole()
    {
        var server = new CannedServer()
            .Answers(HttpStatusCode.OK, """{"data":["DataRobot-Consumer"]}""")
            .Answers(HttpStatusCode.OK, """{"data":["DataRobot-Consumer","DataRobot-Host-IP"]}""")
            .Answers(HttpStatusCode.OK, """{"data":["10.0.0.1"],"next":null}""");
        var metrics = server.Source.Open(Deployment);

        var listing = await metrics.ListHostsAsync([MetricFamily.ServiceHealth, MetricFamily.Accuracy], Cancellation);
        var accuracy = await metrics.ReadAsync(
            new("10.0.0.1", new("LogLoss", TimeSpan.FromHours(1)), Start, Start.AddHours(3)), Cancellation);

        Assert.Equal(["10.0.0.1"], listing.Hosts);
        Assert.Equal([MetricFamily.ServiceHealth], listing.Families);
        Assert.Contains("in accuracy", listing.Note, StringComparison.Ordinal);
        Assert.Contains("cannot be told apart", accuracy.Note, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("""{"associationId":{"columnNames":[]}}""", "association id")]
    [InlineData("""{"associationId":{"columnNames":["id"]},"predictionsDataCollection":{"enabled":false}}""", "data collection")]
    [InlineData("""{"associationId":{"columnNames":["id"]},"predictionsDataCollection":{"enabled":true}}""", "No actuals have arrived")]
    public async Task Why_there_is_no_accuracy_is_said_plainly(string settings, string word) =>
        Assert.Contains(
            word,
            await new CannedServer()
                .Answers(HttpStatusCode.OK, settings).Source.Open(Deployment).ExplainMissingAsync(
                    new("all", new("Accuracy", TimeSpan.FromHours(1)), Start, Start.AddHours(3)), Cancellation),
            StringComparison.Ordinal);

    private static async Task<IReadOnlyList<MetricWindow>> ReadAsync(CannedServer server, string metric) =>
        (await server.Source.Open(Deployment).ReadAsync(
            new("all", new(metric, TimeSpan.FromHours(1)), Start, Start.AddHours(3)), Cancellation)).Windows;
}

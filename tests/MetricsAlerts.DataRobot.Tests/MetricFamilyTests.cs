using System.Net;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Tests;

/// <summary>Each family from a recorded answer, and what it asks.</summary>
public sealed class MetricFamilyTests
{
    private static readonly DateTimeOffset Start = new(2019, 8, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Deployment Deployment = new("5c939e08962d741e34f609f0", "NSW price direction") { TargetType = "Binary" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quantile_of_a_service_time_is_asked_for()
    {
        var requests = CannedServer.Recorded("serviceStatsOverTime.json");
        var server = new CannedServer().AnswersRecorded("serviceStatsOverTime.json").Answers(HttpStatusCode.OK, requests);

        var reading = await ReadAsync(server, "responseTime.p90", hours: 3);

        Assert.Equal([48.0, null, 51.5], reading.Windows.Select(window => window.Value));
        Assert.Equal([48, 0, 51], reading.Windows.Select(window => window.SampleSize));
        Assert.Contains("?metric=totalRequests&", server.Requests[1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains(
            "serviceStatsOverTime/?metric=responseTime&quantile=0.9&",
            server.Requests[0].RequestUri!.AbsoluteUri,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_are_the_values_of_the_host_attribute()
    {
        var server = new CannedServer().AnswersRecorded("segmentAttributes.json").AnswersRecorded("segmentValues.json");

        var listing = await server.Source.Open(Deployment).ListHostsAsync([MetricFamily.ServiceHealth], Cancellation);

        Assert.Equal(["10.20.0.11", "10.20.0.12", "10.20.0.13"], listing.Hosts);
        Assert.Contains(
            "segmentValues/?segmentAttribute=DataRobot-Host-IP", server.Requests[1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_say_why_there_is_no_accuracy() => Assert.Contains(
        "no association id",
        await new CannedServer().AnswersRecorded("settings.json")
            .Source.Open(Deployment).ExplainMissingAsync(QueryOf("Accuracy"), Cancellation),
        StringComparison.Ordinal);

    [Fact]
    public async Task Target_drift_is_one_request_for_each_window()
    {
        var server = new CannedServer().AnswersRecorded("targetDrift.json").AnswersRecorded("targetDrift.json");

        var reading = await ReadAsync(server, "targetDrift", hours: 2);

        Assert.Equal(
            [(Start, 0.034, 480L), (Start.AddHours(1), 0.034, 480L)],
            reading.Windows.Select(window => (window.Start, window.Value!.Value, window.SampleSize)));
        Assert.EndsWith(
            "/targetDrift/?metric=psi&start=2019-08-01T01%3A00%3A00Z&end=2019-08-01T02%3A00%3A00Z",
            server.Requests[1].RequestUri!.AbsoluteUri,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_drift_of_several_features_is_one_request()
    {
        var server = new CannedServer().AnswersRecorded("featureDrift.json");
        var metrics = server.Source.Open(Deployment);

        Assert.Equal([0.252], (await ReadAsync(metrics, "featureDrift/age")).Windows.Select(window => window.Value));
        Assert.Equal([0.061], (await ReadAsync(metrics, "featureDrift/nsw price")).Windows.Select(window => window.Value));
        Assert.Equal([0.252], (await ReadAsync(metrics, "featureDrift.max")).Windows.Select(window => window.Value));
        Assert.Contains(
            "no feature 'height' among the 2", (await ReadAsync(metrics, "featureDrift/height")).Note, StringComparison.Ordinal);
        Assert.Equal((1, 1), (server.Requests.Count, metrics.Requests));
    }

    [Fact]
    public async Task Features_are_listed_only_for_a_pattern_that_means_them()
    {
        var server = new CannedServer().AnswersRecorded("customMetrics.json").AnswersRecorded("featureDrift.json");
        var metrics = server.Source.Open(Deployment);

        Assert.DoesNotContain(
            await metrics.ListMetricsAsync([new Glob("A*")], Cancellation),
            metric => metric.StartsWith("featureDrift/", StringComparison.Ordinal));
        Assert.Contains("featureDrift/nsw price", await metrics.ListMetricsAsync([new Glob("featureDrift/*")], Cancellation));
    }

    [Fact]
    public async Task Row_counts_and_completeness_are_metrics()
    {
        var rows = await ReadAsync(new CannedServer().AnswersRecorded("predictionsOverTime.json"), "rowCount", hours: 3);
        var completeness = await ReadAsync(
            new CannedServer().AnswersRecorded("predictionsVsActualsOverTime.json"), "actuals.completeness", hours: 3);

        Assert.Equal([48.0, 0, 52], rows.Windows.Select(window => window.Value));
        Assert.Equal([Start, Start.AddHours(1), Start.AddHours(2)], rows.Windows.Select(window => window.Start));
        Assert.Equal([(0.75, 40L), (0.0, 10L), (null, 0L)], completeness.Windows.Select(window => (window.Value, window.SampleSize)));
    }

    [Theory]
    [InlineData("serviceHealth", 0.0)]
    [InlineData("modelHealth", 1.0)]
    [InlineData("accuracyHealth", 2.0)]
    [InlineData("fairnessHealth", null)]
    public async Task Verdicts_are_numbers_of_the_newest_window(string metric, double? value)
    {
        var window = Assert.Single((await ReadAsync(new CannedServer().AnswersRecorded("deployment.json"), metric, hours: 5)).Windows);

        Assert.Equal((Start.AddHours(4), value), (window.Start, window.Value));
    }

    [Fact]
    public async Task A_custom_metric_is_found_by_its_name()
    {
        var server = new CannedServer().AnswersRecorded("customMetrics.json").AnswersRecorded("customMetricValuesOverTime.json");

        var reading = await ReadAsync(server, "Cost per call", hours: 3);

        Assert.Equal([(11.2, 12.0), (null, 12.0), (12.75, 12.0)], reading.Windows.Select(window => (window.Value, window.Baseline)));
        Assert.Contains(
            "/customMetrics/65f17bdcd2d66683cdfc1113/valuesOverTime/?start=",
            server.Requests[1].RequestUri!.AbsoluteUri,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cost per cell", "no custom metric 'Cost per cell'; there are Cost per call")]
    [InlineData("RMSE", "target type Binary")]
    public async Task A_metric_that_the_deployment_does_not_have_is_a_note_and_no_failure(string metric, string word)
    {
        var reading = await ReadAsync(new CannedServer().AnswersRecorded("customMetrics.json"), metric);

        Assert.Empty(reading.Windows);
        Assert.Contains(word, reading.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_family_that_is_not_allowed_does_not_hide_the_others()
    {
        var server = new CannedServer()
            .Answers(HttpStatusCode.Forbidden, """{"message":"Accuracy is off"}""").AnswersRecorded("serviceStats.json");

        var span = await server.Source.Open(Deployment).ReadSpanAsync(
            new("all", ["LogLoss", "totalRequests"], Start, Start.AddDays(1)), Cancellation);

        Assert.Equal((62.0, "totalRequests"), (span.Readings.Single().Window.Value!.Value, span.Readings.Single().Metric));
        Assert.Contains("Accuracy is off", span.Notes.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("targetDrift", """{"targetDrift":{"enabled":false}}""", "target")]
    [InlineData("featureDrift.max", """{"featureDrift":{"enabled":false}}""", "features")]
    [InlineData("featureDrift/age", """{"featureDrift":{"enabled":true}}""", "no predictions")]
    [InlineData("actuals.completeness", """{"associationId":{"columnNames":[]}}""", "association id")]
    [InlineData("targetDrift", """{"predictionsDataCollection":{"enabled":false}}""", "data collection")]
    public async Task Why_a_metric_is_missing_comes_from_the_settings(string metric, string settings, string word) =>
        Assert.Contains(
            word,
            await new CannedServer().Answers(HttpStatusCode.OK, settings)
                .Source.Open(Deployment).ExplainMissingAsync(QueryOf(metric), Cancellation),
            StringComparison.Ordinal);

    // F14
    [Fact]
    public async Task A_baseline_is_that_of_the_windows_own_model()
    {
        var server = new CannedServer().Answers(
            HttpStatusCode.OK,
            """
            {"metric":"LogLoss","baseline":{"value":9},"baselines":[{"modelId":"old","value":0.3},{"modelId":"new","value":0.4}],
             "buckets":[{"period":null,"value":0.5,"sampleSize":7,"modelId":"old"},null,{"value":0.6,"sampleSize":8,"modelId":"new"}]}
            """);

        var windows = (await ReadAsync(server, "LogLoss", hours: 3)).Windows;

        // R9: the list element that is null keeps its place.
        Assert.Equal(
            [(Start, 0.3, "old"), (Start.AddHours(2), 0.4, "new")],
            windows.Select(window => (window.Start, window.Baseline!.Value, window.ModelId)));
    }

    // R11
    [Theory]
    [InlineData("1e999")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"NaN\"")]
    public async Task A_number_that_is_not_finite_is_none(string number)
    {
        var answer =
            $$"""
            {"buckets":[{"value":{{number}},"sampleSize":{{number}}},{"value":0.5,"sampleSize":3}],"baseline":{"value":{{number}} } }
            """;

        var windows = (await ReadAsync(new CannedServer().Answers(HttpStatusCode.OK, answer), "LogLoss", hours: 2)).Windows;

        Assert.Equal([(null, 0L, null), (0.5, 3L, null)], windows.Select(window => (window.Value, window.SampleSize, window.Baseline)));
    }

    // F10
    [Fact]
    public async Task The_value_of_a_custom_metric_over_a_span_is_in_its_summary()
    {
        var server = new CannedServer().AnswersRecorded("customMetrics.json").Answers(
            HttpStatusCode.OK,
            """
            {"period":{"start":"2019-08-01T00:00:00Z","end":"2019-08-02T00:00:00Z"},
             "metric":{"id":"1","name":"Cost","value":29.4,"sampleCount":10}}
            """);

        var span = await server.Source.Open(Deployment).ReadSpanAsync(
            new("all", ["Cost per call"], Start, Start.AddDays(1)), Cancellation);

        var reading = Assert.Single(span.Readings);
        Assert.Equal((29.4, 10, 12.0), (reading.Window.Value, reading.Window.SampleSize, reading.Window.Baseline));
        Assert.Contains("/summary/?start=", server.Requests[1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    // F9
    [Theory]
    [InlineData("LogLoss", "accuracyOverTime.json")]
    [InlineData("rowCount", "predictionsOverTime.json")]
    [InlineData("actuals.completeness", "predictionsVsActualsOverTime.json")]
    [InlineData("targetDrift", "targetDrift.json")]
    [InlineData("featureDrift.max", "featureDrift.json")]
    [InlineData("totalRequests", "serviceStatsOverTime.json")]
    public async Task Windows_of_a_model_that_was_replaced_are_asked_of_it(string metric, string answer)
    {
        var server = new CannedServer().AnswersRecorded(answer);

        await server.Source.Open(Deployment).ReadAsync(QueryOf(metric) with { ModelId = "5c6f7a9e9ca9b20017ff95a2" }, Cancellation);

        Assert.Contains("&modelId=5c6f7a9e9ca9b20017ff95a2", server.Requests.Single().RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    // F9
    [Theory]
    [InlineData(
        """{"data":[{"modelId":"a","startDate":"2019-07-01T00:00:00Z"},{"model":{"id":"b","deployedAt":"2019-08-01T05:30:00Z"}}]}""",
        "a b")]
    [InlineData("""{"data":[{"modelId":"a"},{"modelId":"b"}]}""", "b")]
    [InlineData("""{"data":[]}""", "b")]
    public async Task A_history_of_models_is_believed_as_far_as_it_tells(string history, string models)
    {
        var server = new CannedServer().Answers(HttpStatusCode.OK, history);
        var deployment = Deployment with { ModelId = "b", ModelSince = Start.AddHours(5.5) };

        var found = await server.Source.Open(deployment).ListModelsAsync(Cancellation);

        Assert.Equal(models, string.Join(' ', found.Select(period => period.ModelId)));
        Assert.Equal((Start.AddHours(5.5), null), (found[^1].From, found[^1].Until));
    }

    // C1
    [Fact]
    public async Task That_another_model_answered_then_is_not_called_a_lack_of_actuals()
    {
        var server = new CannedServer().Answers(HttpStatusCode.OK, """{"associationId":{"columnNames":["id"]}}""");
        var replaced = Deployment with { ModelId = "new", ModelSince = Start.AddDays(1) };

        var why = await server.Source.Open(replaced).ExplainMissingAsync(QueryOf("Accuracy"), Cancellation);

        Assert.Contains("answers since 2019-08-02T00:00:00Z only", why, StringComparison.Ordinal);
        Assert.DoesNotContain("No actuals", why, StringComparison.Ordinal);
    }

    private static SeriesQuery QueryOf(string metric) => new("all", new(metric, TimeSpan.FromHours(1)), Start, Start.AddHours(1));

    private static Task<SeriesReading> ReadAsync(CannedServer server, string metric, int hours = 1) =>
        ReadAsync(server.Source.Open(Deployment), metric, hours);

    private static Task<SeriesReading> ReadAsync(IDeploymentMetrics metrics, string metric, int hours = 1) =>
        metrics.ReadAsync(new("all", new(metric, TimeSpan.FromHours(1)), Start, Start.AddHours(hours)), Cancellation);
}

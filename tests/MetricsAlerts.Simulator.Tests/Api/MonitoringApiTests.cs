using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Simulator.Tests.Api;

public sealed class MonitoringApiTests : IAsyncLifetime
{
    private const string Recording =
        """
        predicted_at,instance,p,actual,actual_at
        2026-01-05T00:10:00Z,h1,0.9,1,2026-01-05T02:00:00Z
        2026-01-05T00:20:00Z,h2,0.9,0,2026-01-05T05:00:00Z
        2026-01-05T00:30:00Z,h1,0.2,0,
        2026-01-05T01:10:00Z,h1,0.8,1,2026-01-05T01:30:00Z
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly SimulatedClock _clock = new(new DateTimeOffset(2026, 1, 5, 2, 0, 0, TimeSpan.Zero));
    private readonly HttpClient _http = new();
    private SimulatorHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder.File("recording.csv"), Recording, Cancellation);
        _host = await SimulatorHost.StartAsync(RecordingReader.Read(_folder.File("recording.csv")), _clock, 0, Cancellation);
        _http.BaseAddress = new Uri(_host.Endpoint + "/");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "any");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Only_actuals_that_have_arrived_count()
    {
        var id = await IdAsync();
        var path =
            $"deployments/{id}/accuracyOverTime/?metric=Accuracy&start=2026-01-05T00:00:00Z&end=2026-01-05T03:00:00Z&bucketSize=PT1H";

        Assert.Equal([(1.0, 1), (1.0, 1), (null, 0)], await BucketsAsync(path));
        _clock.AdvanceTo(new(2026, 1, 5, 5, 0, 0, TimeSpan.Zero));
        Assert.Equal([(0.5, 2), (1.0, 1), (null, 0)], await BucketsAsync(path));
        Assert.Equal([(0.0, 1), (null, 0), (null, 0)], await BucketsAsync(path + "&segmentAttribute=DataRobot-Host-IP&segmentValue=h2"));
    }

    [Fact]
    public async Task The_shapes_are_those_of_the_real_API()
    {
        var id = await IdAsync();
        var accuracy = await GetAsync($"deployments/{id}/accuracy/?start=2026-01-05T00:00:00Z&end=2026-01-05T02:00:00Z");
        Assert.Equal("Accuracy", accuracy.GetProperty("data")[0].GetProperty("metricName").GetString());
        Assert.Equal(1.0, accuracy.GetProperty("metrics").GetProperty("Accuracy").GetProperty("value").GetDouble());
        var settings = await GetAsync($"deployments/{id}/settings/");
        Assert.Equal(1, settings.GetProperty("associationId").GetProperty("columnNames").GetArrayLength());
        var values = await GetAsync($"deployments/{id}/segmentValues/?segmentAttribute=DataRobot-Host-IP");
        Assert.Equal(["h1", "h2"], values.GetProperty("data").EnumerateArray().Select(value => value.GetString()));
        var page = await GetAsync($"deployments/{id}/segmentValues/?segmentAttribute=DataRobot-Host-IP&limit=1");
        Assert.Contains("offset=1&limit=1", page.GetProperty("next").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accuracyOverTime/?start=2026-01-05T00:30:00Z&end=2026-01-05T02:00:00Z", HttpStatusCode.UnprocessableEntity)]
    [InlineData("accuracyOverTime/?start=2026-01-05T03:00:00Z&end=2026-01-05T02:00:00Z", HttpStatusCode.UnprocessableEntity)]
    [InlineData("accuracyOverTime/?bucketSize=PT5M", HttpStatusCode.UnprocessableEntity)]
    [InlineData("accuracyOverTime/?metric=Beauty", HttpStatusCode.UnprocessableEntity)]
    [InlineData("accuracyOverTime/?metric=AUC", HttpStatusCode.OK)]
    public async Task Wrong_parameters_are_refused_by_field(string path, HttpStatusCode expected)
    {
        using var response = await _http.GetAsync(new Uri($"deployments/{await IdAsync()}/{path}", UriKind.Relative), Cancellation);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_deployment_and_a_missing_token_are_refused()
    {
        using var unknown = await _http.GetAsync(new Uri("deployments/000000000000000000000000/", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        _http.DefaultRequestHeaders.Authorization = null;
        using var anonymous = await _http.GetAsync(new Uri("deployments/", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task Every_family_has_its_endpoint()
    {
        var id = await IdAsync();
        var span = "start=2026-01-05T00:00:00Z&end=2026-01-05T02:00:00Z";
        Assert.Equal(
            [3, 1],
            (await GetAsync($"deployments/{id}/predictionsOverTime/?{span}&bucketSize=PT1H"))
                .GetProperty("buckets").EnumerateArray().Select(bucket => bucket.GetProperty("rowCount").GetInt32()));
        Assert.Equal(4, (await GetAsync($"deployments/{id}/targetDrift/?{span}")).GetProperty("sampleSize").GetInt32());
        Assert.Equal(0, (await GetAsync($"deployments/{id}/featureDrift/?{span}")).GetProperty("data").GetArrayLength());
        Assert.Equal(0, (await GetAsync($"deployments/{id}/customMetrics/")).GetProperty("data").GetArrayLength());
        Assert.Equal(2, (await GetAsync("predictionServers/")).GetProperty("data").GetArrayLength());
        Assert.Equal("passing", (await GetAsync($"deployments/{id}/")).GetProperty("serviceHealth").GetProperty("status").GetString());
        Assert.Contains(_host.Requests.Counts, pair => pair.Key == ("/api/v2/deployments/{id}/targetDrift/", 200));
    }

    [Theory]
    [InlineData("predicted_at,instance,p,actual\n", "actual_at")]
    [InlineData("predicted_at,instance,p,actual,actual_at\n2026-01-05T00:10:00Z,h1,1.5,1,\n", ":2: p is '1.5'")]
    [InlineData("predicted_at,instance,p,actual,actual_at\nyesterday,h1,0.5,1,\n", ":2: predicted_at is 'yesterday'")]
    [InlineData("predicted_at,instance,p,actual,actual_at\n", "no rows")]
    public async Task A_bad_recording_is_refused_with_its_line(string text, string word)
    {
        await File.WriteAllTextAsync(_folder.File("bad.csv"), text, Cancellation);
        Assert.Contains(
            word,
            Assert.Throws<InvalidDataException>(() => RecordingReader.Read(_folder.File("bad.csv"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deployments: []", "deployments is empty")]
    [InlineData("start: noon\ndeployments: [{ label: a }]", "start is 'noon'")]
    [InlineData("deployments: [{ label: a, troubles: [{ kind: storm }] }]", "storm")]
    [InlineData("deploymints: 1", "deploymints")]
    public void A_bad_scenario_is_refused_with_its_place(string yaml, string word) =>
        Assert.Contains(
            word, Assert.Throws<InvalidDataException>(() => ScenarioReader.Parse(yaml, "scenario.yaml")).Message, StringComparison.Ordinal);

    private async Task<string> IdAsync() => (await GetAsync("deployments/")).GetProperty("data")[0].GetProperty("id").GetString()!;

    private async Task<JsonElement> GetAsync(string path) =>
        JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation)).RootElement;

    private async Task<List<(double?, int)>> BucketsAsync(string path) =>
        [.. (await GetAsync(path)).GetProperty("buckets").EnumerateArray().Select(bucket =>
            (
                bucket.GetProperty("value").ValueKind == JsonValueKind.Null ? (double?)null : bucket.GetProperty("value").GetDouble(),
                bucket.GetProperty("sampleSize").GetInt32()))];
}

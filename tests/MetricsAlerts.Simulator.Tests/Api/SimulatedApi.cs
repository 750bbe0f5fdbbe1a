using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>A simulated DataRobot with a client that only asks and never judges.</summary>
internal sealed class SimulatedApi : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly SimulatorHost _host;

    private SimulatedApi(SimulatorHost host, SimulatedWorld world, SimulatedClock clock)
    {
        (_host, World, Clock) = (host, world, clock);
        _http.BaseAddress = new(host.Endpoint + "/");
        Authorization = new("Bearer", "any");
    }

    public static DataRobotContract Contract { get; } = DataRobotContract.Load();

    public SimulatedWorld World { get; }

    public SimulatedClock Clock { get; }

    public AuthenticationHeaderValue? Authorization
    {
        set => _http.DefaultRequestHeaders.Authorization = value;
    }

    public static Task<SimulatedApi> StartAsync(string scenario, StrictSwitches? strict = null) =>
        StartAsync(ScenarioReader.Parse(scenario, "scenario.yaml"), new() { Strict = strict ?? StrictSwitches.Default });

    public static async Task<SimulatedApi> StartAsync(SimulatedWorld world, SimulatorOptions options, DateTimeOffset? now = null)
    {
        var clock = new SimulatedClock(now ?? world.End);
        return new(await SimulatorHost.StartAsync(world, clock, options, TestContext.Current.CancellationToken), world, clock);
    }

    /// <summary>The id of the deployment of a label.</summary>
    public string Id(string label) => World.Deployments.Single(one => one.Deployment.Label == label).Deployment.Id;

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<Answer> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.RetryAfter?.ToString(),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    internal sealed record Answer(HttpStatusCode Status, string? ContentType, string? RetryAfter, string Text)
    {
        public JsonElement Json => JsonDocument.Parse(Text).RootElement;

        /// <summary>The values of a field of the buckets, or of another list.</summary>
        public List<string> Values(string field, string list = "buckets") =>
            [.. Json.GetProperty(list).EnumerateArray().Select(item => item.GetProperty(field).ToString())];
    }
}

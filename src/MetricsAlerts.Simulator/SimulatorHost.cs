using System.Net;
using MetricsAlerts.Simulator.Api;
using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Simulator;

/// <summary>A DataRobot on loopback that answers like the real one.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private const int FaultSeed = 20260105;

    private readonly WebApplication _application;

    private SimulatorHost(WebApplication application) => _application = application;

    /// <summary>The API's base, as <c>DATAROBOT_ENDPOINT</c> wants it.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>What was asked.</summary>
    public RequestLog Requests { get; } = new();

    /// <summary>Starts it with the default options.</summary>
    /// <param name="world">What it tells of.</param>
    /// <param name="time">Its now.</param>
    /// <param name="port">The port on loopback; 0 for any free one.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static Task<SimulatorHost> StartAsync(
        SimulatedWorld world, TimeProvider time, int port, CancellationToken cancellationToken) =>
        StartAsync(world, time, new SimulatorOptions { Port = port }, cancellationToken);

    /// <summary>Starts it.</summary>
    /// <param name="world">What it tells of.</param>
    /// <param name="time">Its now.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<SimulatorHost> StartAsync(
        SimulatedWorld world, TimeProvider time, SimulatorOptions options, CancellationToken cancellationToken)
    {
        // The host watches its content root with all that is below it; the working directory may hold the database, or be somebody's home.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        var application = builder.Build();
        var host = new SimulatorHost(application);
        var faults = new FaultInjection([.. world.Faults], time, FaultSeed, saysRetryAfter: !options.Strict.Bare429);
        var api = new MonitoringApi(world, time, options);
        application.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal),
            branch =>
            {
                branch.Use(next => context => host.Requests.InvokeAsync(context, next));
                branch.Use(next => context => faults.InvokeAsync(context, next));
                branch.Run(api.InvokeAsync);
            });
        application.UseRouting();
        host.Requests.Map(application);
        await application.StartAsync(cancellationToken);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        host.Endpoint = new Uri($"{address}/api/v2");
        return host;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}

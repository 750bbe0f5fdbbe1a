using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MetricsAlerts.Channels.Console;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Simulator;
using MetricsAlerts.Storage;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace MetricsAlerts.Cli.Demo;

/// <summary>Pipeline, dashboard, API and chat in one web application on a loopback port of its own choosing.</summary>
internal sealed class DemoHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private DemoHost(WebApplication application) => _application = application;

    public IServiceProvider Services => _application.Services;

    /// <summary>The dashboard; the chat is <c>/chat</c>.</summary>
    public Uri Page => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<DemoHost> StartAsync(
        FileInfo data,
        Uri dataRobot,
        SimulatedClock clock,
        ITranscript transcript,
        bool verbose,
        CancellationToken cancellationToken)
    {
        var port = FreePort();

        // The host watches its content root with all that is below it; the working directory may hold the database, or be somebody's home.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sqlite:File"] = data.FullName,
            ["Sqlite:Durability"] = "Process",
            ["DataRobot:Endpoint"] = dataRobot.ToString(),
            ["DataRobot:ApiToken"] = "simulated",
            ["Channels:AllowLoopback"] = "true",
            ["Notify:PublicAddress"] = $"http://127.0.0.1:{port}/",
            ["Notify:LinkKey"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(32)),
            ["Notify:LinkLifetime"] = "365.00:00:00",
            ["DataRobot:Remember"] = "1.00:00:00",
            ["DataRobot:MaxRequestsPerSecond"] = "100000",
        });
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders()
            .AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Error)
            .AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(transcript);
        builder.Services.AddSingleton<ChatSink>();
        builder.Services.AddSingleton(provider => new DemoClock(provider.GetRequiredService<ITableStore>()));
        builder.Services.AddSingleton<Replay>();
        builder.Services.AddSingleton(new PageLink("Chat", "/chat"));

        // The replay keeps its own time.
        builder.Services.AddSingleton(new TickSchedule(expression: null));
        builder.Services.AddEmbeddedPipeline(builder.Configuration);
        builder.Services.AddMetricsAlertsWeb();

        var application = builder.Build();
        application.UseMetricsAlerts();
        application.MapMetricsAlerts();
        application.Services.GetRequiredService<ChatSink>().Map(application);
        await application.StartAsync(cancellationToken);
        return new(application);
    }

    /// <summary>Messages link charts and alerts, so the address must be known before the pipeline is.</summary>
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}

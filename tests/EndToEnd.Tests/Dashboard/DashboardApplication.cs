using System.Net;
using MetricsAlerts.Alerts;
using MetricsAlerts.Channels.Console;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;
using MetricsAlerts.Ticks;
using MetricsAlerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Dashboard;

/// <summary>The dashboard over real HTTP, over a pipeline whose windows the test makes up.</summary>
internal sealed class DashboardApplication : IAsyncDisposable
{
    /// <summary>Rules of which the tests fire some.</summary>
    public const string Rules =
        """
        rules:
          - { name: floor, metric: Accuracy, instances: each, when: { below: { warning: 0.85, critical: 0.7 }, recoverAbove: 0.9 },
              minSamples: 50, labels: { team: credit }, description: Wrong too often, runbook: "https://wiki.example.com/floor",
              notify: [out] }
          - { name: slow, metric: responseTime, instances: each, when: { above: 300 }, for: 2 windows, notify: [no-secret] }
          - { name: unheard, metric: rowCount, when: { below: 1 } }
          - { name: idle, metric: AUC, when: { below: 0.5 }, notify: [out] }
        channels: [{ name: out, type: console }, { name: no-secret, type: teams, url: "secret:lost" }]
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _application;
    private readonly Dictionary<string, long> _readings = [];

    private DashboardApplication(WebApplication application, TemporaryFolder folder) => (_application, _folder) = (application, folder);

    public IServiceProvider Services => _application.Services;

    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The hour that windows are counted back from.</summary>
    public DateTimeOffset Hour { get; } = Timestamps.Floor(TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts it as <c>serve</c> maps it, or as a host on the open network hands requests over.</summary>
    public static async Task<DashboardApplication> StartAsync(bool onOpenNetwork = false, params (string Key, string Value)[] settings)
    {
        var folder = new TemporaryFolder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sqlite:File"] = folder.File("dashboard.db"),
            ["DataRobot:Endpoint"] = "https://datarobot.example.com/api/v2",
            ["DataRobot:ApiToken"] = "unused",
            ["Notify:GroupWait"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddEmbeddedPipeline(builder.Configuration);
        builder.Services.AddSingleton<ITranscript>(new Silent());
        builder.Services.AddMetricsAlertsWeb();
        var application = builder.Build();
        if (onOpenNetwork)
            application.Map(
                "/{**path}", (HttpContext context) => context.RequestServices.GetRequiredService<ApiPipeline>().HandleAsync(context));
        else
            application.MapMetricsAlerts();
        await application.StartAsync(Cancellation);
        var dashboard = new DashboardApplication(application, folder);
        await dashboard.ApplyAsync(Rules);
        return dashboard;
    }

    public async Task ApplyAsync(string rules) => await Services.GetRequiredService<RuleStore>().ApplyAsync(
        RuleFile.Parse(rules, "rules.yaml"), Cancellation);

    /// <summary>A client that follows nothing and keeps cookies.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>The windows of a deployment's metric are read, the last one ends at <see cref="Hour"/>.</summary>
    public Task ReadAsync(string id, string label, string instance, string metric, params double?[] values) =>
        ReadAsync(new(id, label) { Importance = "HIGH" }, [(instance, metric, values)]);

    /// <summary>The windows of several series are read, and the pipeline finishes with them.</summary>
    public async Task ReadAsync(Deployment deployment, IReadOnlyList<(string Instance, string Metric, double?[] Values)> series)
    {
        await SendAsync(deployment, series);
        await WorkAsync();
    }

    /// <summary>The windows of several series are read; nothing is done with them yet.</summary>
    public async Task SendAsync(Deployment deployment, IReadOnlyList<(string Instance, string Metric, double?[] Values)> series)
    {
        var reading = _readings[deployment.Id] = _readings.GetValueOrDefault(deployment.Id) + 1;
        var batch = new MetricBatch(deployment.Id)
        {
            Deployment = deployment,
            Reading = reading,
            Instances = [.. series.GroupBy(one => one.Instance).Select(instance => new InstanceWindows(
                instance.Key, [.. instance.Select(one => new SeriesWindows(one.Metric, TimeSpan.FromHours(1), Windows(one.Values)))]))],
        };
        await Services.GetRequiredService<PipelineQueues>().MetricWindows.SendAsync(MetricBatchMessages.Of(batch), Cancellation);
        await Services.GetRequiredService<KnownDeployments>().RecordAttemptsAsync([(deployment, Hour)], Cancellation);
    }

    /// <summary>The pipeline finishes with what there is.</summary>
    public async Task WorkAsync()
    {
        var workers = Services.GetRequiredService<PipelineWorkers>();
        while (await workers.Evaluate.DrainAsync(2, Cancellation) + await workers.Notify.DrainAsync(2, Cancellation) > 0)
        {
        }
    }

    /// <summary>The address of an alert's page.</summary>
    public static string PageOf(string rule, string deployment, string instance, string metric) =>
        $"/alerts/{deployment}/{new AlertKey(rule, deployment, instance, metric, TimeSpan.FromHours(1)).Id}";

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _folder.Dispose();
    }

    private IReadOnlyList<MetricWindow> Windows(double?[] values) => [.. values.Select((value, index) =>
    {
        var end = Hour.AddHours(index + 1 - values.Length);
        return new MetricWindow(end.AddHours(-1), end, value, 500);
    })];

    private sealed class Silent : ITranscript
    {
        public void Write(AlertChange change)
        {
        }
    }
}

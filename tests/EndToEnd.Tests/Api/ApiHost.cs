using System.Net;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Channels.Console;
using MetricsAlerts.Cli.Embedded;
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

namespace EndToEnd.Tests.Api;

/// <summary>The API over real HTTP and a real database: as <c>serve</c> maps it, or handed over as the Functions host does.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>Makes a request look as if it came from that address.</summary>
    public const string RemoteHeader = "X-Test-Remote";

    private readonly TemporaryFolder _folder = new();

    private ApiHost()
    {
    }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public WebApplication Application { get; private set; } = null!;

    public IServiceProvider Services => Application.Services;

    public string DataFile => _folder.File("api.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<ApiHost> StartAsync(bool handedOver = false, params (string Key, string Value)[] settings) =>
        StartAsync(_ => { }, handedOver, settings);

    public static async Task<ApiHost> StartAsync(
        Action<IServiceCollection> configure, bool handedOver = false, params (string Key, string Value)[] settings)
    {
        var host = new ApiHost();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sqlite:File"] = host.DataFile,
            ["DataRobot:Endpoint"] = "https://datarobot.example.com/api/v2",
            ["DataRobot:ApiToken"] = "unused",
            ["Notify:GroupWait"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddEmbeddedPipeline(builder.Configuration);
        builder.Services.AddMetricsAlertsWeb();
        builder.Services.AddSingleton<ITranscript>(new Silent());
        configure(builder.Services);
        host.Application = builder.Build();
        host.Application.Use((context, next) =>
        {
            if (context.Request.Headers[RemoteHeader].ToString() is { Length: > 0 } remote)
                context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
            return next(context);
        });
        if (handedOver)
        {
            host.Application.Map(
                "/{**path}", (HttpContext context) => context.RequestServices.GetRequiredService<ApiPipeline>().HandleAsync(context));
        }
        else
        {
            host.Application.UseMetricsAlerts();
            host.Application.MapMetricsAlerts();
        }

        await host.Application.StartAsync(Cancellation);
        host.Http.BaseAddress = new(
            host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return host;
    }

    public Task ApplyAsync(string rules) => Services.GetRequiredService<RuleStore>().ApplyAsync(
        RuleFile.Parse(rules, "rules.yaml") is { } file && file.Diagnostics.Count == 0
            ? file
            : throw new ArgumentException("The rules of the test are wrong.", nameof(rules)),
        Cancellation);

    /// <summary>A window of a deployment is read, and the pipeline finishes with it.</summary>
    public async Task ReadAsync(string deployment, double value, int hour, string label = "credit-risk", string metric = "Accuracy")
    {
        var start = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).AddHours(hour);
        var batch = new MetricBatch(deployment)
        {
            Deployment = new(deployment, label),
            Reading = hour + 1,
            Instances = [new(Instances.All, [new(metric, TimeSpan.FromHours(1), [new(start, start.AddHours(1), value, 500)])])],
        };
        await Services.GetRequiredService<KnownDeployments>().RecordAttemptsAsync([(batch.Deployment, start)], Cancellation);
        await Services.GetRequiredService<PipelineQueues>().MetricWindows.SendAsync(MetricBatchMessages.Of(batch), Cancellation);
        await WorkAsync();
    }

    /// <summary>Lets the pipeline finish with what is due.</summary>
    public async Task WorkAsync()
    {
        var workers = Services.GetRequiredService<PipelineWorkers>();
        await workers.Evaluate.DrainAsync(2, Cancellation);
        while (await workers.Notify.DrainAsync(2, Cancellation) > 0)
        {
        }
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {await response.Content.ReadAsStringAsync(Cancellation)}");
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    /// <summary>Every item of a list, page by page.</summary>
    public async Task<List<JsonElement>> ListAsync(string path)
    {
        var items = new List<JsonElement>();
        for (var after = ""; ;)
        {
            var joint = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await GetAsync(after.Length > 0 ? $"{path}{joint}after={Uri.EscapeDataString(after)}" : path);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            if (page.GetProperty("next").GetString() is not { } next)
                return items;
            after = next;
        }
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Application.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class Silent : ITranscript
    {
        public void Write(AlertChange change)
        {
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Channels.Tests;

/// <summary>A receiver on loopback that answers by a script.</summary>
internal sealed class WebhookSink : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebhookSink(WebApplication application) => _application = application;

    public ConcurrentQueue<(IHeaderDictionary Headers, byte[] Body)> Requests { get; } = new();

    /// <summary>How the next requests are answered; 202 when it says nothing.</summary>
    public Func<HttpContext, Task> Script { get; set; } = context =>
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    };

    public Uri Address =>
        new(
            new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
            "/hook?sig=topsecret");

    public static async Task<WebhookSink> StartAsync(CancellationToken cancellationToken, bool sendsDate = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var sink = new WebhookSink(builder.Build());
        sink._application.MapPost("/hook", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            sink.Requests.Enqueue(
                (new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value)), body.ToArray()));
            context.Response.OnStarting(() =>
            {
                // Kestrel says the date unless somebody else has said something.
                if (!sendsDate)
                    context.Response.Headers.Date = "unknown";
                return Task.CompletedTask;
            });
            await sink.Script(context);
        });
        await sink._application.StartAsync(cancellationToken);
        return sink;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}

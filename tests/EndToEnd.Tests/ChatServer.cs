using System.Net;
using System.Text.Json;
using MetricsAlerts.Notifying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests;

/// <summary>A chat outside the process under test: it takes CloudEvents and remembers every transition.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ChatServer(WebApplication application) => _application = application;

    /// <summary>The transitions that came, each with the attempt of the message that had it.</summary>
    public List<(string Event, int Attempt)> Transitions { get; } = [];

    /// <summary>Answers instead of the chat when it answers true.</summary>
    public Func<HttpContext, Task<bool>> Trouble { get; set; } = _ => Task.FromResult(false);

    public Uri Address => new(new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/chat/");

    public static async Task<ChatServer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new ChatServer(builder.Build());
        server._application.MapPost("/chat/{channel}", server.ReceiveAsync);
        await server._application.StartAsync(cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        if (await Trouble(request.HttpContext))
            return Results.Empty;
        using var message = await JsonDocument.ParseAsync(request.Body);
        var attempt = int.Parse(request.Headers["x-metricsalerts-attempt"].ToString(), System.Globalization.CultureInfo.InvariantCulture);
        lock (Transitions)
            Transitions.AddRange(message.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray().Select(alert => (alert.GetProperty("transition").GetProperty("eventId").GetString()!, attempt)));
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}

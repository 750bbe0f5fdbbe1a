using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests;

/// <summary>A chat outside the process under test: it remembers every message that it took.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ChatServer(WebApplication application) => _application = application;

    public List<(string Id, int Attempt, string Title)> Messages { get; } = [];

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
        using var message = await JsonDocument.ParseAsync(request.Body);
        var title = message.RootElement.GetProperty("attachments")[0].GetProperty("content").GetProperty("fallbackText").GetString()!;
        lock (Messages)
            Messages.Add((request.Headers["webhook-id"].ToString(), int.Parse(request.Headers["x-metricsalerts-attempt"].ToString(), System.Globalization.CultureInfo.InvariantCulture), title));
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}

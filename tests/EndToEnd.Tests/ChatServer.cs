using System.Globalization;
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

/// <summary>A chat outside the process under test: it takes CloudEvents and remembers every change.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ChatServer(WebApplication application) => _application = application;

    /// <summary>The changes that came, in order.</summary>
    public List<ReceivedChange> Changes { get; } = [];

    /// <summary>Answers instead of the chat when it answers true.</summary>
    public Func<HttpContext, Task<bool>> Trouble { get; set; } = _ => Task.FromResult(false);

    public Uri Address =>
        new(
            new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
            "/chat/");

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
        var id = request.Headers["webhook-id"].ToString();
        var attempt = int.Parse(request.Headers["x-metricsalerts-attempt"].ToString(), CultureInfo.InvariantCulture);
        lock (Changes)
            Changes.AddRange(
                message.RootElement.GetProperty("data")
                    .GetProperty("changes").EnumerateArray().Select(change => ReceivedChange.Read(change, id, attempt)));
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}

/// <summary>A change as the chat's reader gets it.</summary>
/// <param name="Deployment">The deployment's id.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Change">What is new.</param>
/// <param name="State">What is so: the severity of an open alert, or <c>closed</c>.</param>
/// <param name="WindowEnd">Up to when.</param>
/// <param name="MessageId">The message that had it; a repetition has the same.</param>
/// <param name="Attempt">Which attempt of the message that was.</param>
internal sealed record ReceivedChange(
    string Deployment, string Instance, string Rule, string Change, string State, string WindowEnd, string MessageId, int Attempt)
{
    /// <summary>What it says, whichever message has it.</summary>
    public string Said => $"{Deployment} {Instance} {Rule} {Change} {State} {WindowEnd}";

    public static ReceivedChange Read(JsonElement change, string messageId, int attempt)
    {
        var alert = change.GetProperty("alert");
        var key = alert.GetProperty("key");
        return new(
            Text(key, "deploymentId"), Text(key, "instance"), Text(key, "rule"), Text(change, "change"),
            alert.GetProperty("isOpen").GetBoolean() ? Text(alert, "severity") : "closed",
            Text(alert.GetProperty("evidence"), "windowEnd"), messageId, attempt);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}

using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Cli.Demo;

/// <summary>
/// A chat to try with: takes messages like a Workflows webhook and shows them on a page. A message that comes twice is shown once.
/// </summary>
internal sealed class ChatSink
{
    private const int MaxBody = 64 * 1024;

    private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);
    private readonly List<JsonObject> _messages = [];

    public int Count
    {
        get
        {
            lock (_messages)
                return _messages.Count;
        }
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/chat/{channel}", ReceiveAsync);
        routes.MapGet("/chat/messages", (int after) => Results.Text(Since(after), "application/json"));
        routes.MapGet("/chat", () => Page("index.html", "text/html; charset=utf-8"));
        routes.MapGet("/chat/adaptivecards.min.js", () => Page("adaptivecards.min.js", "text/javascript"));
        routes.MapGet("/chat/markdown-it.umd.min.js", () => Page("markdown-it.umd.min.js", "text/javascript"));
    }

    private async Task<IResult> ReceiveAsync(string channel, HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBody)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        try
        {
            if (await JsonNode.ParseAsync(request.Body, cancellationToken: cancellationToken) is not JsonObject message)
                return Results.BadRequest();
            if (request.Headers["webhook-id"].ToString() is not { Length: > 0 } id || _seen.TryAdd(id, 0))
                Add(channel, message);
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }
        catch (JsonException)
        {
            return Results.BadRequest();
        }
    }

    private void Add(string channel, JsonObject message)
    {
        lock (_messages)
            _messages.Add(new() { ["channel"] = channel, ["message"] = message });
    }

    private string Since(int after)
    {
        lock (_messages)
            return new JsonArray([.. _messages.Skip(Math.Max(0, after)).Select(message => message.DeepClone())]).ToJsonString();
    }

    private static IResult Page(string file, string type) => Results.File(Path.Combine(AppContext.BaseDirectory, "demo-page", file), type);
}

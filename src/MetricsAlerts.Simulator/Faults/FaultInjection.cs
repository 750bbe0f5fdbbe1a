using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Simulator.Faults;

/// <summary>
/// Makes some requests go wrong, as the network, a proxy or the API itself would; which ones is drawn from a seed and the request's
/// number.
/// </summary>
internal sealed class FaultInjection(IReadOnlyList<Fault> faults, TimeProvider time, int seed, bool saysRetryAfter)
{
    private const int HugeBytes = 40 * 1024 * 1024;

    private long _requests;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var number = Interlocked.Increment(ref _requests);
        var path = context.Request.Path.Value ?? "";
        var now = time.GetUtcNow();
        Fault? fault = null;
        for (var i = 0; fault is null && i < faults.Count; i++)
        {
            if (faults[i].Strikes(path, now, World.Noise.Of(faults[i].Kind, DateTimeOffset.UnixEpoch.AddTicks(number), seed + i)))
                fault = faults[i];
        }

        if (fault is null)
            await next(context);
        else
            await StrikeAsync(fault, context, next);
    }

    private async Task StrikeAsync(Fault fault, HttpContext context, RequestDelegate next)
    {
        switch (fault.Kind)
        {
            case "timeout":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "reset":
                context.Abort();
                break;
            case "html":
                await AnswerAsync(
                    context, StatusCodes.Status200OK, "text/html", "<html><body>Please log in to the corporate proxy</body></html>");
                break;
            case "huge":
                await AnswerHugeAsync(context);
                break;
            case "half" or "types" or "foreignNext" or "endless":
                await SpoilAsync(fault.Kind, context, next);
                break;
            default:
                if (saysRetryAfter && fault.Status == StatusCodes.Status429TooManyRequests)
                    context.Response.Headers.RetryAfter = "1";
                await AnswerAsync(context, fault.Status!.Value, "application/json", """{"message":"Simulated fault"}""");
                break;
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static async Task AnswerHugeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"data\":\"", context.RequestAborted);
        var block = Encoding.ASCII.GetBytes(new string('x', 1024 * 1024));
        for (var sent = 0; sent < HugeBytes; sent += block.Length)
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
        await context.Response.WriteAsync("\"}", context.RequestAborted);
    }

    /// <summary>Lets the API answer and spoils what it said.</summary>
    private static async Task SpoilAsync(string kind, HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await next(context);
        context.Response.Body = body;
        var bytes = answer.ToArray();
        switch (kind)
        {
            case "half":
                context.Response.ContentLength = bytes.Length;
                await body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), context.RequestAborted);
                await body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            default:
                var spoiled = Encoding.UTF8.GetBytes(Spoil(kind, bytes, context.Request).ToJsonString());
                context.Response.ContentLength = spoiled.Length;
                await body.WriteAsync(spoiled, context.RequestAborted);
                break;
        }
    }

    private static JsonNode Spoil(string kind, byte[] answer, HttpRequest request)
    {
        var json = JsonNode.Parse(answer)!.AsObject();
        switch (kind)
        {
            case "types":
                foreach (var name in (string[])["data", "buckets", "metrics", "driftScore", "associationId"])
                {
                    if (json.ContainsKey(name))
                        json[name] = $"a text where {name} should be";
                }

                break;
            case "foreignNext" when json.ContainsKey("next"):
                json["next"] = "https://evil.example.com/api/v2/deployments/?offset=20";
                break;
            case "endless" when json.ContainsKey("next"):
                json["next"] = string.Create(
                    CultureInfo.InvariantCulture, $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}");
                break;
        }

        return json;
    }
}

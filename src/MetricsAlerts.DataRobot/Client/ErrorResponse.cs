using System.Globalization;
using System.Net;
using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.DataRobot.Client;

/// <summary>Turns an error answer into words that say what to do.</summary>
internal static class ErrorResponse
{
    private const int MaxBody = 64 * 1024;

    /// <summary>The most characters of a server's own words in a message.</summary>
    private const int MaxDetail = 500;

    public static async Task<MetricSourceException> ToExceptionAsync(
        string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var body = await ReadAsync(response, cancellationToken);
        if (body.TrimStart().StartsWith('<') && status is not (401 or 403 or 404))
            return NotJson(path, "HTML", status);

        var (detail, fields) = Parse(body);
        if (response.StatusCode == HttpStatusCode.NotFound && path.StartsWith("deployments/?", StringComparison.Ordinal))
        {
            var address = response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path);
            return new(
                MetricSourceProblem.Unexpected,
                $"GET deployments/: 404. There is no DataRobot API at {address}; check the endpoint: it ends in /api/v2.");
        }

        var asked =
            $"GET {path.Split('?')[0]}: {status.ToString(CultureInfo.InvariantCulture)}{(detail.Length > 0 ? $" ({detail})" : "")}.";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized =>
                new(MetricSourceProblem.Unauthorized, $"{asked} The API token is not accepted; set DATAROBOT_API_TOKEN to a valid one."),
            HttpStatusCode.Forbidden =>
                new(
                    MetricSourceProblem.Forbidden,
                    $"{asked} The token's user lacks the permission, or the feature is off for the deployment."),
            HttpStatusCode.NotFound =>
                new(MetricSourceProblem.NotFound, $"{asked} There is no deployment with this id, or the token's user cannot see it."),
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest =>
                new(MetricSourceProblem.Invalid, $"{asked} {(fields.Length > 0 ? $"Rejected: {fields}." : "The request was rejected.")}"),
            HttpStatusCode.TooManyRequests =>
                new(MetricSourceProblem.Throttled, $"{asked} Too many requests; lower DataRobot:MaxRequestsPerSecond."),
            _ when status >= 500 => new(MetricSourceProblem.Unavailable, $"{asked} The server has a problem of its own."),
            _ => new(MetricSourceProblem.Unexpected, $"{asked} This answer is not expected; check the endpoint."),
        };
    }

    public static MetricSourceException NotJson(string path, string found, int status = 200) => new(
        MetricSourceProblem.Unexpected,
        $"GET {path.Split('?')[0]}: {status.ToString(CultureInfo.InvariantCulture)} with {Texts.Clean(found, 100)} instead of JSON. A " +
        $"proxy or a login page answers; check the endpoint (it ends in /api/v2) and the proxy.");

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        var buffer = new char[MaxBody];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return new(buffer, 0, length);
    }

    private static (string Detail, string Fields) Parse(string body)
    {
        try
        {
            var error = body.Length == 0 ? null : JsonSerializer.Deserialize(body, DataRobotJson.Default.ErrorModel);
            return (Texts.Clean(Flatten(error?.Message), MaxDetail), Texts.Clean(Flatten(error?.Errors), MaxDetail));
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }

    /// <summary>A text, or an object or list of texts, however nested, as <c>field: text; field: text</c>.</summary>
    private static string Flatten(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Object } map =>
            string.Join("; ", map.EnumerateObject().Select(field => $"{field.Name}: {Flatten(field.Value)}")),
        { ValueKind: JsonValueKind.Array } list => string.Join(", ", list.EnumerateArray().Select(item => Flatten(item))),
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => "",
        { } other => other.GetRawText(),
    };
}

using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>Silences: list, begin, end early.</summary>
internal static class SilenceEndpoints
{
    public static void Map(IEndpointRouteBuilder api, ApiAccess access)
    {
        api.MapGet("/silences", ListAsync);
        api.MapPost("/silences", AddAsync).AddEndpointFilter(access.AtLeast(ApiRole.Operator));
        api.MapDelete("/silences/{id}", ExpireAsync).AddEndpointFilter(access.AtLeast(ApiRole.Operator));
    }

    private static async Task<IResult> ListAsync(SilenceStore silences, TimeProvider time, CancellationToken cancellationToken) =>
        Results.Json((await silences.ListAsync(cancellationToken)).Select(silence => Describe(silence, time.GetUtcNow())));

    private static async Task<IResult> AddAsync(
        HttpRequest http, SilenceStore silences, TimeProvider time, CancellationToken cancellationToken)
    {
        // A page elsewhere cannot send this type without asking first.
        if (!http.HasJsonContentType())
            return Results.Problem("Expected the content type application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        try
        {
            var body = await http.ReadFromJsonAsync<SilenceBody>(cancellationToken) ?? new(null, null, null, null, null);
            if (body.Duration is null || !Durations.TryParse(body.Duration, out var duration))
                return Refuse($"duration: found '{body.Duration}'; expected {Durations.Allowed}.");
            var match = SilenceRequest.ReadMatch(LabelsOf(body.Match));
            var silence = await silences.AddAsync(
                match, body.Start ?? time.GetUtcNow(), duration, body.CreatedBy ?? "api", body.Comment ?? "", cancellationToken);
            return Results.Json(Describe(silence, time.GetUtcNow()), statusCode: StatusCodes.Status201Created);
        }
        catch (Exception exception) when (exception is SilenceRefusedException or JsonException)
        {
            return Refuse(exception.Message);
        }
    }

    private static async Task<IResult> ExpireAsync(string id, SilenceExpiry silences, CancellationToken cancellationToken) =>
        await silences.ExpireAsync(id, cancellationToken) ? Results.NoContent() : Results.NotFound();

    /// <summary>As they stand there: of a label given twice a dictionary would keep the last, without a word.</summary>
    private static IEnumerable<(string Label, string? Glob)> LabelsOf(JsonElement? match) => match switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } labels => labels.EnumerateObject()
            .Select(label => (label.Name, label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString() : null)),
        _ => throw new SilenceRefusedException("match: expected an object from label to glob such as {\"rule\":\"accuracy-*\"}."),
    };

    private static IResult Refuse(string message) => Results.Problem(message, statusCode: StatusCodes.Status400BadRequest);

    private static object Describe(Silence silence, DateTimeOffset now) => new
    {
        id = silence.Id,
        match = silence.Match.Globs.ToDictionary(glob => glob.Key, glob => glob.Value.Text),
        exact = silence.Match.Globs.Where(glob => glob.Value.IsExact).Select(glob => glob.Key),
        start = Timestamps.Format(silence.Start),
        end = Timestamps.Format(silence.End),
        createdBy = silence.CreatedBy,
        comment = silence.Comment,
        isOn = silence.IsOn(now),
    };

    private sealed record SilenceBody(JsonElement? Match, DateTimeOffset? Start, string? Duration, string? CreatedBy, string? Comment);
}

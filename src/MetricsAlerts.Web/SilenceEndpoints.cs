using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Web.Requests;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>Silences: list, begin, end early.</summary>
internal static class SilenceEndpoints
{
    public static void Map(IEndpointRouteBuilder api, ApiAccess access)
    {
        api.MapGet("/silences", ListAsync).Require(access, ApiRole.Reader)
            .WithName("listSilences").WithTags("Silences").WithSummary("Every silence, over ones too, in the order of their ids.")
            .Produces<PageResponse<SilenceResponse>>();
        api.MapPost("/silences", AddAsync).Require(access, ApiRole.Operator)
            .WithName("addSilence").WithTags("Silences").WithSummary("Holds alerts that match back for a time.")
            .Accepts<SilenceRequestBody>("application/json").Produces<SilenceResponse>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        api.MapDelete("/silences/{id}", ExpireAsync).Require(access, ApiRole.Operator)
            .WithName("expireSilence").WithTags("Silences").WithSummary("Ends a silence now; what it held is told.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery query, SilenceStore silences, TimeProvider time, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(query.Limit, query.After);
        var now = time.GetUtcNow();
        var found = (await silences.ListAsync(cancellationToken)).OrderBy(silence => silence.Id, StringComparer.Ordinal)
            .Where(silence => string.CompareOrdinal(silence.Id, paging.After) > 0);
        return Results.Ok(await paging.TakeAsync(
            found.ToAsyncEnumerable(),
            silence => silence.Id,
            silence => ValueTask.FromResult(SilenceResponse.Of(silence, now)),
            cancellationToken));
    }

    private static async Task<IResult> AddAsync(
        HttpRequest http, SilenceStore silences, TimeProvider time, CancellationToken cancellationToken)
    {
        // A page elsewhere cannot send this type without asking first.
        if (!http.HasJsonContentType())
            return new ApiProblem(
                StatusCodes.Status415UnsupportedMediaType,
                $"The content type is '{http.ContentType}'; expected application/json.");
        try
        {
            var body = await http.ReadFromJsonAsync<SilenceRequestBody>(cancellationToken) ?? new(null, null, null, null, null);
            if (body.Duration is null || !Durations.TryParse(body.Duration, out var duration))
                throw new RequestRefusedException($"duration: found '{body.Duration}'; expected {Durations.Allowed}.");
            var match = SilenceRequest.ReadMatch(LabelsOf(body.Match));
            var silence = await silences.AddAsync(
                match, body.Start ?? time.GetUtcNow(), duration, body.CreatedBy ?? "api", body.Comment ?? "", cancellationToken);
            return Results.Json(SilenceResponse.Of(silence, time.GetUtcNow()), statusCode: StatusCodes.Status201Created);
        }
        catch (SilenceRefusedException exception)
        {
            throw new RequestRefusedException(exception.Message);
        }
        catch (JsonException exception)
        {
            throw new RequestRefusedException($"The body is no JSON that can be read: {exception.Message}");
        }
    }

    private static async Task<IResult> ExpireAsync(string id, SilenceExpiry silences, CancellationToken cancellationToken) =>
        await silences.ExpireAsync(id, cancellationToken)
            ? Results.NoContent()
            : new ApiProblem(StatusCodes.Status404NotFound, $"There is no silence '{id}' that is not over.");

    /// <summary>As they stand there: of a label given twice a dictionary would keep the last, without a word.</summary>
    private static IEnumerable<(string Label, string? Glob)> LabelsOf(JsonElement? match) => match switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } labels => labels.EnumerateObject()
            .Select(label => (label.Name, label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString() : null)),
        _ => throw new SilenceRefusedException("match: expected an object from label to glob such as {\"rule\":\"accuracy-*\"}."),
    };
}

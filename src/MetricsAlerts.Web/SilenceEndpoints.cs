using MetricsAlerts.Formats;
using MetricsAlerts.Notifying.Muting;
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
        api.MapPost("/silences", AddAsync).AddEndpointFilter(access);
        api.MapDelete("/silences/{id}", ExpireAsync).AddEndpointFilter(access);
    }

    private static async Task<IResult> ListAsync(SilenceStore silences, TimeProvider time, CancellationToken cancellationToken) =>
        Results.Json((await silences.ListAsync(cancellationToken)).Select(silence => Describe(silence, time.GetUtcNow())));

    private static async Task<IResult> AddAsync(SilenceRequest request, SilenceStore silences, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Duration is null || !Durations.TryParse(request.Duration, out var duration))
            return Results.Problem($"duration: found '{request.Duration}'; expected {Durations.Allowed}.", statusCode: StatusCodes.Status400BadRequest);
        try
        {
            var start = request.Start ?? time.GetUtcNow();
            var match = new AlertMatcher((request.Match ?? []).ToDictionary(pair => pair.Key, pair => new Glob(pair.Value)));
            var silence = await silences.AddAsync(match, start, start + duration, request.CreatedBy ?? "api", request.Comment ?? "", cancellationToken);
            return Results.Json(Describe(silence, time.GetUtcNow()), statusCode: StatusCodes.Status201Created);
        }
        catch (ArgumentException exception)
        {
            return Results.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> ExpireAsync(string id, SilenceStore silences, CancellationToken cancellationToken) =>
        await silences.ExpireAsync(id, cancellationToken) ? Results.NoContent() : Results.NotFound();

    private static object Describe(Silence silence, DateTimeOffset now) => new
    {
        id = silence.Id,
        match = silence.Match.Globs.ToDictionary(glob => glob.Key, glob => glob.Value.Text),
        start = Timestamps.Format(silence.Start),
        end = Timestamps.Format(silence.End),
        createdBy = silence.CreatedBy,
        comment = silence.Comment,
        isOn = silence.IsOn(now),
    };

    private sealed record SilenceRequest(Dictionary<string, string>? Match, DateTimeOffset? Start, string? Duration, string? CreatedBy, string? Comment);
}

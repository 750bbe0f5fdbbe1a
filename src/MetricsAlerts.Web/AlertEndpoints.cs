using MetricsAlerts.Notifying;
using MetricsAlerts.Operations;
using MetricsAlerts.Web.Requests;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>What is open, who was notified, and who was not and why; and what happened.</summary>
internal static class AlertEndpoints
{
    private const int MostOfStory = 500;

    public static void Map(IEndpointRouteBuilder api, ApiAccess access)
    {
        api.MapGet("/alerts", ListAsync).Require(access, ApiRole.Reader)
            .WithName("listAlerts").WithTags("Alerts").WithSummary("Alerts with their deliveries, in the order of deployment and id.")
            .Produces<PageResponse<AlertResponse>>();
        api.MapGet("/alerts/{id}", FindAsync).Require(access, ApiRole.Reader)
            .WithName("getAlert").WithTags("Alerts").WithSummary("An alert with its deliveries and what happened to it.")
            .Produces<AlertStoryResponse>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/history", HistoryAsync).Require(access, ApiRole.Reader)
            .WithName("listHistory").WithTags("Alerts")
            .WithSummary("Every change of an alert and every message about one, newest first.")
            .Produces<PageResponse<HistoryResponse>>();
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] AlertQuery query, AlertSearch search, DeliveryStates deliveries, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var paging = Paging.Read(query.Limit, query.After);
        var filter = FilterReader.Read(query, time.GetUtcNow());
        return Results.Ok(await paging.TakeAsync(
            search.ListAsync(filter, paging.After, cancellationToken),
            found => found.Place,
            async found => AlertResponse.Of(found, await deliveries.ListAsync(found.Alert, cancellationToken)),
            cancellationToken));
    }

    private static async Task<IResult> FindAsync(
        string id, AlertSearch search, DeliveryStates deliveries, CancellationToken cancellationToken)
    {
        if (await search.FindAsync(id, cancellationToken) is not { } found)
            return new ApiProblem(
                StatusCodes.Status404NotFound,
                $"There is no alert '{id}' that is open or was closed of late; /api/alerts?status=all lists them.");
        var story = await search.StoryAsync(found.Alert, MostOfStory, cancellationToken);
        return Results.Ok(new AlertStoryResponse(
            AlertResponse.Of(found, await deliveries.ListAsync(found.Alert, cancellationToken)),
            [.. story.Select(HistoryResponse.Of)]));
    }

    private static async Task<IResult> HistoryAsync(
        [AsParameters] HistoryQuery query, AlertSearch search, TimeProvider time, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(query.Limit, query.After);
        var (filter, until) = FilterReader.Read(query, AlertSearch.LongestStory, time.GetUtcNow());
        return Results.Ok(await paging.TakeAsync(
            search.HistoryAsync(filter, until, paging.After, cancellationToken),
            AlertSearch.PlaceOf,
            entry => ValueTask.FromResult(HistoryResponse.Of(entry)),
            cancellationToken));
    }
}

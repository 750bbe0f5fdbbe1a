using MetricsAlerts.Messaging;
using MetricsAlerts.Operations;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>Messages that could not be processed: list, try again, throw away.</summary>
internal static class DeadLetterEndpoints
{
    private const int MostOfEach = 100;
    private const string One = "/dead-letters/{queue}/{number:long}";

    public static void Map(IEndpointRouteBuilder api, ApiAccess access)
    {
        api.MapGet("/dead-letters", ListAsync).Require(access, ApiRole.Operator)
            .WithName("listDeadLetters").WithTags("Dead letters")
            .WithSummary("Messages that could not be processed, the oldest hundred of each queue.")
            .Produces<IReadOnlyList<DeadLetterResponse>>();
        Describe(api.MapPost($"{One}/replay", ReplayAsync), access, "replayDeadLetter", "Tries a message again: says what is still true.");
        Describe(api.MapDelete(One, DropAsync), access, "dropDeadLetter", "Throws a message away.");
    }

    private static void Describe(RouteHandlerBuilder endpoint, ApiAccess access, string name, string summary) =>
        endpoint.Require(access, ApiRole.Operator).WithName(name).WithTags("Dead letters").WithSummary(summary)
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> ListAsync(DeadLetterQueues office, CancellationToken cancellationToken) => Results.Ok(
        (await office.ListAsync(MostOfEach, cancellationToken)).Select(pair => DeadLetterResponse.Of(pair.Queue, pair.Letter)));

    private static Task<IResult> ReplayAsync(string queue, long number, DeadLetterQueues office, CancellationToken cancellationToken) =>
        ActAsync(queue, number, () => office.ReplayAsync(queue, number, cancellationToken));

    private static Task<IResult> DropAsync(string queue, long number, DeadLetterQueues office, CancellationToken cancellationToken) =>
        ActAsync(queue, number, () => office.DropAsync(queue, number, cancellationToken));

    private static async Task<IResult> ActAsync(string queue, long number, Func<Task<bool>> act)
    {
        try
        {
            return await act()
                ? Results.NoContent()
                : new ApiProblem(StatusCodes.Status404NotFound, $"Queue '{queue}' has no dead letter {number}.");
        }
        catch (ArgumentException exception)
        {
            return new ApiProblem(StatusCodes.Status404NotFound, exception.Message);
        }
        catch (DeadLetterLockedException exception)
        {
            return new ApiProblem(StatusCodes.Status409Conflict, exception.Message);
        }
    }
}

using System.Text;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>Messages that could not be processed: list, try again, throw away.</summary>
internal static class DeadLetterEndpoints
{
    private const int MostOfEach = 100;

    public static void Map(IEndpointRouteBuilder api, ApiAccess access)
    {
        api.MapGet("/dead-letters", ListAsync).AddEndpointFilter(access.AtLeast(ApiRole.Operator));
        api.MapPost(
            "/dead-letters/{queue}/{number:long}/replay",
            (string queue, long number, DeadLetterQueues office, CancellationToken cancellation) =>
            AnswerAsync(() => office.ReplayAsync(queue, number, cancellation))).AddEndpointFilter(access.AtLeast(ApiRole.Operator));
        api.MapDelete(
            "/dead-letters/{queue}/{number:long}", (string queue, long number, DeadLetterQueues office, CancellationToken cancellation) =>
            AnswerAsync(() => office.DropAsync(queue, number, cancellation))).AddEndpointFilter(access.AtLeast(ApiRole.Operator));
    }

    private static async Task<IResult> ListAsync(DeadLetterQueues office, CancellationToken cancellationToken) =>
        Results.Json((await office.ListAsync(MostOfEach, cancellationToken)).Select(pair => new
        {
            queue = pair.Queue,
            number = pair.Letter.Message.SequenceNumber,
            reason = pair.Letter.Reason,
            description = pair.Letter.Description,
            at = Timestamps.Format(pair.Letter.At),
            schema = pair.Letter.Message.Schema,
            body = Encoding.UTF8.GetString(pair.Letter.Message.Body.Span),
        }));

    private static async Task<IResult> AnswerAsync(Func<Task<bool>> act)
    {
        try
        {
            return await act() ? Results.NoContent() : Results.NotFound();
        }
        catch (ArgumentException exception)
        {
            return Results.Problem(exception.Message, statusCode: StatusCodes.Status404NotFound);
        }
        catch (DeadLetterLockedException exception)
        {
            return Results.Problem(exception.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }
}

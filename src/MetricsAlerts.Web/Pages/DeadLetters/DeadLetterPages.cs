using System.Text;
using System.Text.Json;
using MetricsAlerts.Messaging;
using MetricsAlerts.Operations;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.DeadLetters;

/// <summary>Messages that could not be processed: read, try again, throw away.</summary>
internal static class DeadLetterPages
{
    private const string Address = "/dead-letters";
    private const int MostOfEach = 100;
    private const int LongestBody = 20_000;

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Maps them. What a message holds may be more than readers may see, so it takes the role operator to look.</summary>
    public static void Map(IEndpointRouteBuilder operators, IEndpointRouteBuilder forms, PageRenderer renderer)
    {
        operators.MapGet(Address, async (HttpContext http, DeadLetterQueues queues, CancellationToken cancellation) =>
        {
            var letters = await queues.ListAsync(MostOfEach, cancellation);
            return await renderer.PageAsync<DeadLettersPage, DeadLettersModel>(
                http, "Dead letters", "Dead letters", new([.. letters.Select(one => Describe(one.Queue, one.Letter))]));
        });
        forms.MapPost($"{Address}/{{queue}}/{{number:long}}/replay", (
            HttpContext http, string queue, long number, DeadLetterQueues queues, CancellationToken cancellation) =>
            AnswerAsync(http, () => queues.ReplayAsync(queue, number, cancellation), "It is tried again, and says what is still true."));
        forms.MapPost($"{Address}/{{queue}}/{{number:long}}/drop", (
            HttpContext http, string queue, long number, DeadLetterQueues queues, CancellationToken cancellation) =>
            AnswerAsync(http, () => queues.DropAsync(queue, number, cancellation), "It is thrown away."));
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Func<Task<bool>> act, string done)
    {
        try
        {
            return Notice.Redirect(http, Address, await act() ? done : "It was not there any more.");
        }
        catch (Exception exception) when (exception is ArgumentException or DeadLetterLockedException)
        {
            return Notice.Redirect(http, Address, exception.Message);
        }
    }

    private static DeadLetterView Describe(string queue, DeadLetter letter) =>
        new(queue, letter.Message.SequenceNumber, letter.Reason, letter.Description, letter.At, BodyOf(letter.Message.Body));

    private static string BodyOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Cut(JsonSerializer.Serialize(json.RootElement, Readable));
        }
        catch (JsonException)
        {
            return Cut(Encoding.UTF8.GetString(body.Span));
        }
    }

    private static string Cut(string text) =>
        text.Length <= LongestBody ? text : $"{text[..LongestBody]}\n… {text.Length - LongestBody} characters more";
}

/// <summary>What the page shows.</summary>
/// <param name="Letters">The oldest dead letters of every queue.</param>
public sealed record DeadLettersModel(IReadOnlyList<DeadLetterView> Letters);

/// <summary>A dead letter.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Number">Its number there.</param>
/// <param name="Reason">Why, in one word.</param>
/// <param name="Description">Why, in a sentence.</param>
/// <param name="At">When.</param>
/// <param name="Body">What it says, as people read it.</param>
public sealed record DeadLetterView(string Queue, long Number, string Reason, string Description, DateTimeOffset At, string Body);

using System.Text;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.Web.Responses;

/// <summary>A message that could not be processed.</summary>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="Number">Its number in that queue.</param>
/// <param name="Reason">Why, in one word.</param>
/// <param name="Description">Why, in words.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Schema">The name and version of its form.</param>
/// <param name="Body">The message itself.</param>
public sealed record DeadLetterResponse(
    string Queue, long Number, string Reason, string Description, DateTimeOffset At, string Schema, string Body)
{
    /// <summary>The response for a dead letter.</summary>
    public static DeadLetterResponse Of(string queue, DeadLetter letter) => new(
        queue, letter.Message.SequenceNumber, letter.Reason, letter.Description, letter.At, letter.Message.Schema,
        Encoding.UTF8.GetString(letter.Message.Body.Span));
}

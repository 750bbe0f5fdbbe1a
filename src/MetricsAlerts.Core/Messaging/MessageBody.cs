using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MetricsAlerts.Messaging;

/// <summary>Reads a message's body.</summary>
internal static class MessageBody
{
    /// <summary>The body, or what is wrong with it in words for the dead-letter queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="schema">The schema that it must have.</param>
    /// <param name="type">The body's type.</param>
    /// <param name="body">What it says.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static Settlement.DeadLetter? Read<T>(ReceivedMessage message, string schema, JsonTypeInfo<T> type, out T body)
        where T : class
    {
        body = null!;
        if (message.Schema != schema)
            return Unreadable($"Expected the schema {schema}, found '{message.Schema}'.");
        try
        {
            body = JsonSerializer.Deserialize(message.Body.Span, type)!;
            return body is null ? Unreadable("The body is null.") : null;
        }
        catch (JsonException exception)
        {
            return Unreadable(exception.Message);
        }
    }

    private static Settlement.DeadLetter Unreadable(string problem) => new("UnreadableMessage", QueueLimits.CutDescription(problem));
}

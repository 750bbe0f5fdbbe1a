using MetricsAlerts.Alerts;

namespace MetricsAlerts.Web.Responses;

/// <summary>What happened to an alert, or to a message about it.</summary>
/// <param name="At">When, by the clock.</param>
/// <param name="What">
/// <c>open</c> and <c>closed</c> for a change of the alert; <c>delivered</c>, <c>failed</c> and <c>givenUp</c> for a message about it.
/// </param>
/// <param name="Why">The reason in words; of a message that was delivered, what it said.</param>
/// <param name="Channel">The channel of the message; null for a change of the alert.</param>
/// <param name="Alert">The alert as it was then.</param>
public sealed record HistoryResponse(DateTimeOffset At, string What, string Why, string? Channel, AlertResponse Alert)
{
    /// <summary>The response for an entry.</summary>
    public static HistoryResponse Of(HistoryEntry entry) => new(
        entry.At, entry.What, entry.Why, entry.Channel.Length > 0 ? entry.Channel : null, AlertResponse.Of(entry.Alert));
}

using MetricsAlerts.Routing;

namespace MetricsAlerts.Notifying;

/// <summary>A wake that is being dealt with.</summary>
/// <param name="Wake">What it asks for.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="Time">This process's clock.</param>
internal sealed record Woken(GroupWake Wake, string MessageId, TimeProvider Time)
{
    /// <summary>
    /// The time by the clock that is further on: this process's, or the queue's, by which the time that the wake was asked for has come.
    /// What is decided and what is written down go by the same clock: else a reminder that is written down hours too early is due again
    /// at once.
    /// </summary>
    public DateTimeOffset Now => Wake.At > Time.GetUtcNow() ? Wake.At.Value : Time.GetUtcNow();
}

namespace MetricsAlerts.Notifying;

/// <summary>How a delivery went.</summary>
public abstract record DeliveryResult
{
    /// <summary>The channel took it.</summary>
    public sealed record Delivered : DeliveryResult;

    /// <summary>It may go better later: the channel is down, slow or throttling.</summary>
    /// <param name="Reason">What happened, without secrets.</param>
    /// <param name="RetryAfter">How long the channel asked to wait.</param>
    public sealed record Deferred(string Reason, TimeSpan? RetryAfter = null) : DeliveryResult
    {
        /// <summary>
        /// Whether the channel may have taken it although it did not say so: the connection broke, or time ran out, after the message was
        /// sent.
        /// </summary>
        public bool MayHaveArrived { get; init; }
    }

    /// <summary>It will never go: the address is gone, the authorization refused or the message rejected.</summary>
    public sealed record Refused(string Reason) : DeliveryResult;
}

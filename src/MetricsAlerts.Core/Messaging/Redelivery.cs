namespace MetricsAlerts.Messaging;

/// <summary>When a message that failed is delivered again: both heads wait as long.</summary>
public static class Redelivery
{
    private const int LongestSeconds = 30;

    /// <summary>
    /// 1 s, 2 s, 4 s … to 30 s: a dependency that is down must not use up the deliveries in a moment. Ten deliveries take two and a half minutes.
    /// </summary>
    /// <param name="deliveryCount">How often the message was delivered, the delivery that failed included.</param>
    public static TimeSpan BackOff(int deliveryCount) =>
        TimeSpan.FromSeconds(Math.Min(LongestSeconds, Math.Pow(2, Math.Max(1, deliveryCount) - 1)));
}

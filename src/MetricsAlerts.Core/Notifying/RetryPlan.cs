namespace MetricsAlerts.Notifying;

/// <summary>How long to wait between two attempts.</summary>
internal sealed class RetryPlan(NotifyOptions options)
{
    /// <summary>
    /// The first retry comes after <see cref="NotifyOptions.FirstRetry"/>, then twice as long each time, up to <see cref="NotifyOptions.LongestRetry"/>. A channel that asks
    /// for more gets it, up to the same limit: one that asks for a year is asked again all the same.
    /// </summary>
    /// <param name="failures">Failures so far.</param>
    /// <param name="asked">How long the channel asks to wait.</param>
    public TimeSpan Wait(int failures, TimeSpan? asked)
    {
        var doubled = options.FirstRetry * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        var wait = asked > doubled ? asked.Value : doubled;
        return wait < options.LongestRetry ? wait : options.LongestRetry;
    }
}

using System.Net.Http.Headers;

namespace MetricsAlerts.DataRobot.Client;

/// <summary>How long a server asks to wait.</summary>
internal static class RetryAfter
{
    /// <summary>The longest wait that a server is granted: whoever asks for more is asked again then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>The wait, from its form in seconds or as a date; null when the answer has none.</summary>
    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.RetryAfter is not { } header || (header.Delta ?? (header.Date - now)) is not { } wait)
            return null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
    }
}

using MetricsAlerts.Formats;

namespace MetricsAlerts.Channels.Slack;

/// <summary>Text from outside in Slack's mrkdwn.</summary>
internal static class SlackText
{
    /// <summary>
    /// Escapes the three characters that Slack takes for markup of links and mentions, and cuts what is longer than
    /// <paramref name="limit"/>.
    /// </summary>
    public static string Escape(string text, int limit) =>
        Texts.Cut(text, limit)
            .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .ReplaceLineEndings(" ");
}

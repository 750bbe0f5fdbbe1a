namespace MetricsAlerts.Channels.Slack;

/// <summary>Text from outside in Slack's mrkdwn.</summary>
internal static class SlackText
{
    /// <summary>Escapes the three characters that Slack takes for markup of links and mentions, and cuts what is longer than <paramref name="limit"/>.</summary>
    public static string Escape(string text, int limit)
    {
        var plain = text.Length <= limit ? text : text[..(limit - 1)] + "…";
        return plain.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
            .ReplaceLineEndings(" ");
    }
}

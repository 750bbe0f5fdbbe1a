using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Demo;

/// <summary>Makes any rule file tell the demo: every webhook becomes the demo's chat, and every change is also printed.</summary>
internal static class DemoRules
{
    private const string Transcript = "demo-transcript";
    private const string Chat = "demo-chat";

    public static RuleFile For(RuleFile file, Uri chat)
    {
        var channels = file.Channels.Select(
            channel => channel with { Url = channel.Type == "console" ? "" : new Uri(chat, channel.Name).ToString() }).ToList();
        var known = channels.Select(channel => channel.Name).ToHashSet(StringComparer.Ordinal);
        channels.Add(new(Chat, "teams", new Uri(chat, Chat).ToString()));
        channels.Add(new(Transcript, "console", ""));

        // A rule that tells a channel of which the file says nothing, or none at all, tells the demo's chat.
        var rules = file.Rules.Select(rule => rule with
        {
            Notify = rule.Notify.Count == 0 && file.Routes.Count == 0
                ? [Chat]
                : [.. rule.Notify.Select(name => known.Contains(name) ? name : Chat).Distinct()],
        });
        var routes = file.Routes.Prepend(
            new(AlertMatcher.Any, [Transcript])
            {
                Continue = true,
                GroupBy = [],
                GroupWait = TimeSpan.Zero,
                GroupInterval = TimeSpan.Zero,
            });
        return new([.. rules], channels, [.. routes], []) { Inhibitions = file.Inhibitions, Maintenance = file.Maintenance };
    }
}

using System.Net;
using System.Net.Mail;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Reads channels and routes.</summary>
internal static class ChannelReader
{
    private const string SecretPrefix = "secret:";

    public static ChannelDefinition? Read(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("name");
        reader.Require("type");
        var type = reader.Text("type") ?? "";
        if (type.Length > 0 && !ChannelDefinition.Types.Contains(type))
            reader.Error("type", $"found '{type}'; expected {string.Join(", ", ChannelDefinition.Types)}.{Suggestion.For(type, ChannelDefinition.Types)}");
        var channel = new ChannelDefinition(reader.Value("name", "", Names.TryParse, Names.Allowed), type, reader.Text("url") ?? "")
        {
            Format = reader.Value("format", "logic-app", TryFormat, string.Join(", ", ChannelDefinition.Formats)),
            To = reader.Texts("to"),
            From = reader.Text("from"),
            User = reader.Text("user"),
            Key = reader.Text("key"),
            Mention = reader.Texts("mention"),
            Fallback = reader.Text("fallback"),
        };
        Check(channel, reader);
        reader.Finish();
        if (reader.Diagnostics.ErrorCount == errors)
            reader.CheckLengths(RuleFields.Of(channel));
        return reader.Diagnostics.ErrorCount == errors ? channel : null;
    }

    private static void Check(ChannelDefinition channel, MappingReader reader)
    {
        var hasOwnAddress = channel.Type is "console" or "pagerduty" || channel is { Type: "email", Format: "sendgrid" };
        if (!hasOwnAddress)
            reader.Require("url");
        if (channel.Url.Length > 0 && !IsAllowed(channel.Url) && !IsMailServer(channel) && !IsAlertmanager(channel))
            reader.Error("url", "a URL in clear text is accepted for loopback only; store it as a secret and write secret:NAME.");
        if (channel is { Type: "email", Format: "smtp" } && channel.Url.Length > 0 && !IsMailServer(channel) && !channel.Url.StartsWith(SecretPrefix, StringComparison.Ordinal))
            reader.Error("url", "a mail server is written smtp://HOST:587 or smtps://HOST:465.");
        if (channel.Type == "email" && channel.To.Count == 0)
            reader.Error("to", "an email channel needs at least one recipient.");
        foreach (var address in channel.To.Where(address => !MailAddress.TryCreate(address, out _)))
            reader.Error("to", $"found '{address}'; expected a mail address.");
        if (channel.From is { } from && !MailAddress.TryCreate(from, out _))
            reader.Error("from", $"found '{from}'; expected a mail address.");
        if (channel.Type == "email" && channel.Format != "logic-app" && channel.From is null)
            reader.Error("from", $"the format {channel.Format} needs the sender's address.");
        if ((channel.Type is "pagerduty" or "webhook" || channel is { Type: "email", Format: "sendgrid" }) && channel.Key is null)
            reader.Error("key", $"a channel of this type needs key: secret:NAME ({(channel.Type == "webhook" ? "what it is signed with" : channel.Type == "pagerduty" ? "the routing key" : "the API key")}).");
        if (channel.Key is { } key && !key.StartsWith(SecretPrefix, StringComparison.Ordinal))
            reader.Error("key", "a key is never written in clear text; store it as a secret and write secret:NAME.");
        if (channel.Fallback is { } fallback && fallback == channel.Name)
            reader.Error("fallback", $"found '{fallback}', the channel itself; expected another channel.");
    }

    public static RouteDefinition? ReadRoute(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("notify");
        var route = new RouteDefinition(ReadMatch(reader, "match"), reader.Names("notify"))
        {
            Continue = reader.Value("continue", false, bool.TryParse, "true or false"),
            GroupBy = reader.Has("groupBy") ? reader.Texts("groupBy") : null,
            GroupWait = reader.Value<TimeSpan?>("groupWait", null, TryDuration, DurationOrZero.Allowed),
            GroupInterval = reader.Value<TimeSpan?>("groupInterval", null, TryDuration, DurationOrZero.Allowed),
        };
        reader.Finish();
        if (reader.Diagnostics.ErrorCount == errors)
            reader.CheckLengths(RuleFields.Of(route));
        return reader.Diagnostics.ErrorCount == errors ? route : null;
    }

    public static AlertMatcher ReadMatch(MappingReader reader, string key)
    {
        var globs = reader.Mapping(key)?.Pairs().ToDictionary(pair => pair.Key, pair => AlertMatcher.GlobOf(pair.Key, pair.Value)) ?? [];
        return globs.Count > 0 ? new(globs) : AlertMatcher.Any;
    }

    private static bool TryFormat(string text, out string format)
    {
        format = text;
        return ChannelDefinition.Formats.Contains(text);
    }

    private static bool TryDuration(string text, out TimeSpan? duration)
    {
        var read = DurationOrZero.TryParse(text, out var value);
        duration = value;
        return read;
    }

    private static bool IsMailServer(ChannelDefinition channel) =>
        channel is { Type: "email", Format: "smtp" } && Uri.TryCreate(channel.Url, UriKind.Absolute, out var address) && address.Scheme is "smtp" or "smtps";

    /// <summary>Its address is no secret, unless a password is in it.</summary>
    private static bool IsAlertmanager(ChannelDefinition channel) =>
        channel.Type == "alertmanager" && Uri.TryCreate(channel.Url, UriKind.Absolute, out var address) &&
        address is { Scheme: "http" or "https", UserInfo: "" };

    private static bool IsAllowed(string url) =>
        (url.StartsWith(SecretPrefix, StringComparison.Ordinal) && url.Length > SecretPrefix.Length) ||
        (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" &&
            (address.IsLoopback || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip))));
}

using System.Net;

namespace MetricsAlerts.Rules.Reading;

/// <summary>Reads channels and routes.</summary>
internal static class ChannelReader
{
    private const string SecretPrefix = "secret:";

    private static readonly string[] Types = ["teams", "email", "console"];

    public static ChannelDefinition? Read(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("name");
        reader.Require("type");
        var type = reader.Text("type") ?? "";
        if (type != "console")
            reader.Require("url");
        if (type.Length > 0 && !Types.Contains(type))
            reader.Error("type", $"found '{type}'; expected {string.Join(", ", Types)}.{Suggestion.For(type, Types)}");
        var url = reader.Text("url") ?? "";
        if (url.Length > 0 && !IsAllowed(url))
            reader.Error("url", "a URL in clear text is accepted for loopback only; store it as a secret and write secret:NAME.");

        var channel = new ChannelDefinition(reader.Value("name", "", Names.TryParse, Names.Allowed), type, url)
        {
            To = reader.Texts("to"),
            Fallback = reader.Text("fallback"),
        };
        if (type == "email" && channel.To.Count == 0)
            reader.Error("to", "an email channel needs at least one recipient.");
        reader.Finish();
        return reader.Diagnostics.ErrorCount == errors ? channel : null;
    }

    public static RouteDefinition? ReadRoute(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("notify");
        var match = reader.Mapping("match")?.Pairs().ToDictionary(pair => pair.Key, pair => new Glob(pair.Value)) ?? [];
        var route = new RouteDefinition(match, reader.Texts("notify"));
        reader.Finish();
        return reader.Diagnostics.ErrorCount == errors ? route : null;
    }

    private static bool IsAllowed(string url) =>
        (url.StartsWith(SecretPrefix, StringComparison.Ordinal) && url.Length > SecretPrefix.Length) ||
        (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" &&
            (address.IsLoopback || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip))));
}

using System.Text.Json.Serialization;

namespace MetricsAlerts.Web.Alertmanager;

/// <summary>An alert, as Alertmanager's clients read it. Every part is there, lists are empty rather than missing.</summary>
internal sealed record GettableAlert(
    IReadOnlyDictionary<string, string> Annotations,
    DateTimeOffset EndsAt,
    string Fingerprint,
    IReadOnlyList<Receiver> Receivers,
    DateTimeOffset StartsAt,
    AlertState Status,
    DateTimeOffset UpdatedAt,
    [property: JsonPropertyName("generatorURL")] string GeneratorUrl,
    IReadOnlyDictionary<string, string> Labels);

/// <summary>Whether an alert is active or suppressed, and by what.</summary>
internal sealed record AlertState(
    IReadOnlyList<string> InhibitedBy, IReadOnlyList<string> MutedBy, IReadOnlyList<string> SilencedBy, string State);

/// <summary>A channel.</summary>
internal sealed record Receiver(string Name);

/// <summary>The alerts that share messages on one channel.</summary>
internal sealed record AlertGroup(
    IReadOnlyList<GettableAlert> Alerts,
    IReadOnlyDictionary<string, string> Labels,
    Receiver Receiver,
    IReadOnlyDictionary<string, string> RouteLabels);

/// <summary>A silence.</summary>
internal sealed record GettableSilence(
    string Id,
    SilenceState Status,
    DateTimeOffset UpdatedAt,
    string Comment,
    string CreatedBy,
    DateTimeOffset EndsAt,
    IReadOnlyList<MatcherBody> Matchers,
    DateTimeOffset StartsAt,
    IReadOnlyDictionary<string, string> Annotations);

/// <summary>Whether a silence is pending, active or expired.</summary>
internal sealed record SilenceState(string State);

/// <summary>What a label must be.</summary>
internal sealed record MatcherBody(string? Name, string? Value, bool? IsRegex, bool? IsEqual);

/// <summary>A silence that somebody asks for, or asks to be changed.</summary>
internal sealed record PostableSilence(
    string? Id,
    IReadOnlyList<MatcherBody?>? Matchers,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    string? CreatedBy,
    string? Comment);

/// <summary>What became of it.</summary>
internal sealed record SilenceMade([property: JsonPropertyName("silenceID")] string SilenceId);

/// <summary>The process.</summary>
internal sealed record StatusResponse(
    ClusterStatus Cluster, VersionInfo VersionInfo, AlertmanagerConfiguration Config, DateTimeOffset Uptime);

/// <summary>There is no cluster: processes share their tables.</summary>
internal sealed record ClusterStatus(string Status, IReadOnlyList<string> Peers);

/// <summary>The version of Alertmanager whose API this is.</summary>
internal sealed record VersionInfo(string Version, string Revision, string Branch, string BuildUser, string BuildDate, string GoVersion);

/// <summary>What a configuration file of Alertmanager would say of the channels.</summary>
internal sealed record AlertmanagerConfiguration(string Original);

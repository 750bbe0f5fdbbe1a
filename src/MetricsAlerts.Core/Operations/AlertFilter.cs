using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Operations;

/// <summary>How an alert is.</summary>
public enum AlertStatus
{
    /// <summary>It is open.</summary>
    Open,

    /// <summary>Windows breach, but not yet for as long as the rule asks.</summary>
    Pending,

    /// <summary>It is over, and was not forgotten yet.</summary>
    Closed,
}

/// <summary>Which alerts, or what happened to which, somebody asks for. What is not given does not matter.</summary>
public sealed record AlertFilter
{
    /// <summary>Finds those with any of these statuses.</summary>
    public IReadOnlyList<AlertStatus> Statuses { get; init; } = [AlertStatus.Open];

    /// <summary>The deployment's id or label.</summary>
    public Glob? Deployment { get; init; }

    /// <summary>The rule's name.</summary>
    public Glob? Rule { get; init; }

    /// <summary>A channel that the alert goes to, or that an entry of the history is about.</summary>
    public Glob? Channel { get; init; }

    /// <summary>Finds what changed, or happened, at that time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Reads a point in time: a timestamp, or a duration such as <c>7d</c>, which is so long ago.</summary>
    public static bool TryReadTime(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        if (!Durations.TryParse(text, out var ago))
            return Timestamps.TryParse(text, out time);
        time = now - ago;
        return true;
    }

    internal bool Matches(Alert alert) =>
        IsMeant(Rule, alert.Key.Rule) &&
        (IsMeant(Deployment, alert.Key.DeploymentId) || IsMeant(Deployment, alert.Deployment.Label));

    internal bool Matches(FoundAlert found) =>
        Statuses.Contains(found.Status) && Matches(found.Alert) && !(found.ChangedAt < Since) &&
        (Channel is null || found.Alert.Destinations.Any(destination => Channel.Matches(destination.Channel)));

    internal bool Matches(HistoryEntry entry) =>
        Matches(entry.Alert) && IsMeant(Channel, entry.Channel) && !(entry.At < Since);

    private static bool IsMeant(Glob? glob, string text) => glob?.Matches(text) ?? true;
}

/// <summary>An alert that was found.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Alert">The alert; of a pending one, what it would say.</param>
public sealed record FoundAlert(AlertStatus Status, Alert Alert)
{
    /// <summary>When it changed last; of a pending one, the end of the newest window.</summary>
    public DateTimeOffset ChangedAt => Status == AlertStatus.Pending ? Alert.Evidence.WindowEnd : Alert.ChangedAt;

    /// <summary>Its place in the order in which alerts are found: by deployment and id.</summary>
    public string Place => $"{Alert.Key.DeploymentId}|{Alert.Key.Id}";
}

namespace MetricsAlerts.Storage;

/// <summary>The pipeline's tables. The Bicep module says the same.</summary>
public static class PipelineTables
{
    /// <summary>Rules, channels, routes, inhibitions and maintenance windows.</summary>
    public const string Rules = nameof(Rules);

    /// <summary>A partition per deployment: its alerts, and the windows and rule states of each instance.</summary>
    public const string Series = nameof(Series);

    /// <summary>What has been published of each deployment.</summary>
    public const string Checkpoints = nameof(Checkpoints);

    /// <summary>The last tick's report.</summary>
    public const string Collections = nameof(Collections);

    /// <summary>Which deployments have alerts, and which of them have an open one.</summary>
    public const string Alerts = nameof(Alerts);

    /// <summary>A partition per channel and group: what it should know, and what it was notified of.</summary>
    public const string Destinations = nameof(Destinations);

    /// <summary>Every change of an alert and every message about one, by day.</summary>
    public const string History = nameof(History);

    /// <summary>Silences.</summary>
    public const string Silences = nameof(Silences);

    /// <summary>Every table that must exist.</summary>
    public static IReadOnlyList<string> All { get; } = [Rules, Series, Checkpoints, Collections, Alerts, Destinations, History, Silences];
}

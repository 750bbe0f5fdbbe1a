namespace MetricsAlerts.Storage;

/// <summary>The pipeline's tables. The Bicep module says the same.</summary>
public static class PipelineTables
{
    /// <summary>Rules, channels, routes, inhibitions and maintenance windows.</summary>
    public const string Rules = nameof(Rules);

    /// <summary>Series partitions: window history and alert states.</summary>
    public const string Series = nameof(Series);

    /// <summary>What has been published of each deployment.</summary>
    public const string Checkpoints = nameof(Checkpoints);

    /// <summary>The last tick's report.</summary>
    public const string Collections = nameof(Collections);

    /// <summary>Alerts, who was told, or why nobody was.</summary>
    public const string Alerts = nameof(Alerts);

    /// <summary>What was sent to whom, and what is still to be sent.</summary>
    public const string Deliveries = nameof(Deliveries);

    /// <summary>Silences.</summary>
    public const string Silences = nameof(Silences);

    /// <summary>Every table that must exist.</summary>
    public static IReadOnlyList<string> All { get; } = [Rules, Series, Checkpoints, Collections, Alerts, Deliveries, Silences];
}

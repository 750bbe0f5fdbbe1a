using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Ticks;

/// <summary>The section <c>Collection</c>.</summary>
public sealed record CollectionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Collection";

    /// <summary>When to collect, as a six-field NCrontab expression in UTC. Default: every 10 minutes.</summary>
    [Required]
    public string Schedule { get; init; } = "0 */10 * * * *";

    /// <summary>How far back windows are read again for late actuals. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "35.00:00:00")]
    public TimeSpan LookBack { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How often past windows are looked at for late actuals and late requests: a revision is published within so long. Of series that
    /// change together one is looked at, of the deployment as a whole. Zero: each series is read again at every tick, whatever others
    /// say, which takes some twenty times as many requests. Default 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan LateActualsEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After how long a prediction server host that the source no longer names is gone. Default 24 hours.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan HostGoneAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Deployments of a shard that are read at the same time. Default 8.</summary>
    [Range(1, 256)]
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>Deployments in a shard, which one worker collects: the tick scales out with the number of shards. Default 25.</summary>
    [Range(1, 100)]
    public int ShardSize { get; init; } = 25;

    /// <summary>How long a shard may take; what it has not reached by then is the first of the next tick. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Which deployments are collected at all. Default: every one that the token's user sees.</summary>
    public DeploymentChoice Deployments { get; init; } = new();
}

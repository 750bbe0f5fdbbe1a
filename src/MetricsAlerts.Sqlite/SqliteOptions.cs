using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Sqlite;

/// <summary>What a commit survives.</summary>
public enum Durability
{
    /// <summary>A power failure: every commit reaches the disk before it is acknowledged.</summary>
    Full,

    /// <summary>A killed process; a power failure can take the last moments.</summary>
    Process,
}

/// <summary>The section <c>Sqlite</c>.</summary>
public sealed record SqliteOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Sqlite";

    /// <summary>The database file; created when it is not there. Default <c>metrics-alerts.db</c>.</summary>
    [Required]
    public string File { get; init; } = "metrics-alerts.db";

    /// <summary>What a commit survives. Default <see cref="Durability.Full"/>.</summary>
    public Durability Durability { get; init; } = Durability.Full;
}

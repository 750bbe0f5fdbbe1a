using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Evaluating;

/// <summary>Everything that is known about a deployment, as far as it has been loaded: its alerts, and the windows and rule states of its instances.</summary>
internal sealed class DeploymentPartition(string id)
{
    /// <summary>The deployment's id.</summary>
    public string Id { get; } = id;

    /// <summary>What is known of the deployment as a whole.</summary>
    public DeploymentHead Head { get; set; } = new();

    /// <summary>The head as it was read.</summary>
    public DeploymentHead StoredHead { get; init; } = new();

    /// <summary>Alerts by the id of their key, open and closed ones.</summary>
    public Dictionary<string, AlertRecord> Alerts { get; } = new(StringComparer.Ordinal);

    /// <summary>Alerts as they were read, by the id of their key.</summary>
    public Dictionary<string, AlertRecord> StoredAlerts { get; } = new(StringComparer.Ordinal);

    /// <summary>Instances by name, as far as they were loaded.</summary>
    public Dictionary<string, StoredInstance> Instances { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether any alert has to be looked at again.</summary>
    public bool IsActive => Alerts.Values.Any(alert => alert.IsActive);
}

/// <summary>What is known of a deployment as a whole.</summary>
internal sealed record DeploymentHead
{
    /// <summary>The deployment as it was when it was last read; null before that, and when it is gone.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>The newest reading that was folded in.</summary>
    public long Reading { get; init; }

    /// <summary>The rules that every instance was last evaluated with.</summary>
    public string RulesVersion { get; init; } = "";

    /// <summary>The row's ETag; empty before it is stored.</summary>
    public string ETag { get; init; } = "";
}

/// <summary>An instance with the rows it was read from.</summary>
internal sealed class StoredInstance(string name)
{
    public string Name { get; } = name;

    /// <summary>The rows of rule states and recent windows.</summary>
    public IReadOnlyList<TableRow> Recent { get; set; } = [];

    /// <summary>The rows of earlier windows; null when they were not loaded.</summary>
    public IReadOnlyList<TableRow>? Earlier { get; set; }

    /// <summary>Windows and rule states; null when they were not decoded, or are to be removed.</summary>
    public InstanceState? State { get; set; }

    /// <summary>Whether <see cref="State"/> is to be written.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether the rows are to be removed.</summary>
    public bool IsGone { get; set; }
}

using MetricsAlerts.Formats;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Alerts;

/// <summary>What tells alerts apart: one rule on one series.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Instance">The prediction server host, or <c>all</c>.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Bucket">The length of the series' windows.</param>
public sealed record AlertKey(string Rule, string DeploymentId, string Instance, string Metric, TimeSpan Bucket)
{
    private string? _id;

    /// <summary>The key as 22 characters, for row keys, links and receivers.</summary>
    public string Id => _id ??= DerivedId.From(Rule, DeploymentId, Instance, Metric, Durations.Format(Bucket));

    /// <inheritdoc/>
    public bool Equals(AlertKey? other) =>
        other is not null &&
            Rule == other.Rule &&
            DeploymentId == other.DeploymentId &&
            Instance == other.Instance &&
            Metric == other.Metric &&
        Bucket == other.Bucket;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rule, DeploymentId, Instance, Metric, Bucket);
}

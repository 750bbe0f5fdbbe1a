namespace Simulation.Oracle;

/// <summary>Which alert: one rule on one series.</summary>
public sealed record AlertId(string Rule, string Deployment, string Instance, string Metric)
{
    /// <summary>By name.</summary>
    public static IComparer<AlertId> Order { get; } = Comparer<AlertId>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()));

    /// <inheritdoc/>
    public override string ToString() => $"{Rule} {Deployment}/{Instance} {Metric}";
}

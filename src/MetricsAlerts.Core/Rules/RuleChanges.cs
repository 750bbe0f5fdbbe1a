namespace MetricsAlerts.Rules;

/// <summary>What applying a rule file changed.</summary>
public readonly record struct RuleChanges(int Added, int Changed, int Removed, int Unchanged)
{
    /// <summary>The sum of two changes.</summary>
    public static RuleChanges operator +(RuleChanges one, RuleChanges other) =>
        new(one.Added + other.Added, one.Changed + other.Changed, one.Removed + other.Removed, one.Unchanged + other.Unchanged);

    /// <summary>The sum of two changes.</summary>
    public static RuleChanges Add(RuleChanges one, RuleChanges other) => one + other;

    /// <inheritdoc/>
    public override string ToString() => $"{Added} added, {Changed} changed, {Removed} removed, {Unchanged} unchanged";
}

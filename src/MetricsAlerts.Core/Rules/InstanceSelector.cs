using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Yaml;

namespace MetricsAlerts.Rules;

/// <summary>Which instances a rule is for: <c>all</c> (the deployment as a whole), <c>each</c> (every host and <c>all</c>), host globs, or a list of these.</summary>
public sealed record InstanceSelector(IReadOnlyList<Glob> Patterns)
{
    /// <summary>The word for every host instance and the deployment as a whole.</summary>
    public const string Each = "each";

    /// <summary>The deployment as a whole.</summary>
    public static InstanceSelector All { get; } = new([new Glob(Instances.All)]);

    /// <summary>Whether the deployment as a whole is meant.</summary>
    public bool IncludesAll => Matches(Instances.All);

    /// <summary>Whether any host instance can be meant.</summary>
    public bool IncludesHosts => Patterns.Any(pattern => pattern.Text != Instances.All);

    /// <summary>Whether <paramref name="instance"/> is meant. A host glob never means <c>all</c>: that is no host.</summary>
    public bool Matches(string instance) =>
        Patterns.Any(pattern => pattern.Text switch
        {
            Each => true,
            Instances.All => instance == Instances.All,
            _ => instance != Instances.All && pattern.Matches(instance),
        });

    /// <summary>As YAML.</summary>
    public string ToYaml() => YamlText.List([.. Patterns.Select(pattern => pattern.Text)]);

    /// <inheritdoc/>
    public bool Equals(InstanceSelector? other) => other is not null && Patterns.SequenceEqual(other.Patterns);

    /// <inheritdoc/>
    public override int GetHashCode() => ToYaml().GetHashCode(StringComparison.Ordinal);
}

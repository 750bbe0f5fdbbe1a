using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Yaml;

namespace MetricsAlerts.Rules;

/// <summary>Which deployments a rule is for: every list that is given must contain the deployment; an absent one asks nothing.</summary>
public sealed record DeploymentSelector
{
    /// <summary>Every deployment.</summary>
    public static DeploymentSelector Any { get; } = new();

    /// <summary>Ids.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Labels, as globs.</summary>
    public IReadOnlyList<Glob> Labels { get; init; } = [];

    /// <summary>CRITICAL, HIGH, MODERATE, LOW.</summary>
    public IReadOnlyList<string> Importance { get; init; } = [];

    /// <summary>Model types, as globs.</summary>
    public IReadOnlyList<Glob> ModelTypes { get; init; } = [];

    /// <summary>Whether it asks for anything.</summary>
    public bool IsAny => Ids.Count + Labels.Count + Importance.Count + ModelTypes.Count == 0;

    /// <summary>Whether <paramref name="deployment"/> is meant.</summary>
    public bool Matches(Deployment deployment) =>
        (Ids.Count == 0 || Ids.Contains(deployment.Id, StringComparer.OrdinalIgnoreCase)) &&
        (Labels.Count == 0 || Labels.Any(label => label.Matches(deployment.Label))) &&
        (Importance.Count == 0 || (deployment.Importance is { } importance && Importance.Contains(importance, StringComparer.OrdinalIgnoreCase))) &&
        (ModelTypes.Count == 0 || (deployment.ModelType is { } type && ModelTypes.Any(glob => glob.Matches(type))));

    /// <summary>As YAML.</summary>
    public string ToYaml()
    {
        var parts = new List<string>();
        Add("id", Ids);
        Add("label", [.. Labels.Select(glob => glob.Text)]);
        Add("importance", Importance);
        Add("modelType", [.. ModelTypes.Select(glob => glob.Text)]);
        return parts.Count == 0 ? "" : $"{{ {string.Join(", ", parts)} }}";

        void Add(string key, IReadOnlyList<string> values)
        {
            if (values.Count > 0)
                parts.Add($"{key}: {YamlText.List(values)}");
        }
    }
}

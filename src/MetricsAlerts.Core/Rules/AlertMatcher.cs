using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Yaml;

namespace MetricsAlerts.Rules;

/// <summary>What an alert must be to be meant: a glob for each of some labels, all of which must match.</summary>
/// <param name="Globs">Keys <c>severity</c>, <c>rule</c>, <c>deployment</c> (its label), <c>deploymentId</c>, <c>instance</c>, <c>metric</c>, <c>family</c>, <c>condition</c> (the key of its condition, such as <c>below</c>), or a label of the rule.</param>
public sealed record AlertMatcher(IReadOnlyDictionary<string, Glob> Globs)
{
    /// <summary>The labels that every alert has.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = ["severity", "rule", "deployment", "deploymentId", "instance", "metric", "family", "condition"];

    /// <summary>Matches every alert.</summary>
    public static AlertMatcher Any { get; } = new(new Dictionary<string, Glob>());

    /// <summary>Whether it asks for nothing.</summary>
    public bool IsEmpty => Globs.Count == 0;

    /// <summary>Whether there is no alert that it does not match, such as <c>rule=*</c>.</summary>
    public bool IsEverything => Globs.All(glob =>
        ValuesOf(glob.Key) is { } values ? values.All(glob.Value.Matches) : glob.Value.IsEverything && BuiltIn.Contains(glob.Key));

    /// <summary>The glob of a label as it is compared: severities are written in any case.</summary>
    public static Glob GlobOf(string label, string text) => new(label == "severity" ? text.ToLowerInvariant() : text);

    /// <summary>Why no alert can match; null when one can.</summary>
    /// <param name="ruleLabels">The labels that rules give their alerts.</param>
    public string? FindMistake(IEnumerable<string> ruleLabels)
    {
        IReadOnlyList<string> labels = [.. BuiltIn, .. ruleLabels.Distinct(StringComparer.Ordinal).Except(BuiltIn)];
        foreach (var (label, glob) in Globs)
        {
            if (!labels.Contains(label))
                return $"no alert has the label '{label}'; allowed: {string.Join(", ", labels)}.{Suggestion.For(label, labels)}";
            if (ValuesOf(label)?.ToList() is not { } values || values.Exists(glob.Matches))
                continue;
            var meant = Suggestion.For(glob.Text, values);
            return $"{label}: found '{glob}'; expected {string.Join(", ", values)}, or a glob of these.{meant}";
        }

        return null;
    }

    /// <summary>Whether something with these labels is meant.</summary>
    /// <param name="label">The value of a label, or null when there is none.</param>
    public bool Matches(Func<string, string?> label) => Globs.All(glob => label(glob.Key) is { } value && glob.Value.Matches(value));

    /// <summary>As people write it.</summary>
    public override string ToString() => string.Join(", ", Globs.OrderBy(glob => glob.Key, StringComparer.Ordinal).Select(glob => $"{glob.Key}={glob.Value}"));

    /// <inheritdoc/>
    public bool Equals(AlertMatcher? other) =>
        other is not null && Globs.Count == other.Globs.Count && Globs.All(glob => other.Globs.TryGetValue(glob.Key, out var value) && value == glob.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Globs.Count;

    /// <summary>Every value of a label that has few; null for the others.</summary>
    private static IEnumerable<string>? ValuesOf(string label) => label switch
    {
        "severity" => ["warning", "critical"],
        "family" => Enum.GetNames<MetricFamily>().Select(name => name.ToLowerInvariant()),
        "condition" => ConditionReader.Names,
        _ => null,
    };
}

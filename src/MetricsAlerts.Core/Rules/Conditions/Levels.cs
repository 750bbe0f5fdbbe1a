using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>One number for a single level, or a warning and a critical one.</summary>
/// <param name="Single">The number of a condition with a single level.</param>
/// <param name="Warning">The number of the warning level.</param>
/// <param name="Critical">The number of the critical level.</param>
public readonly record struct Levels(double? Single, double? Warning, double? Critical)
{
    /// <summary>A single level, whose severity the rule says.</summary>
    public static Levels One(double value) => new(value, null, null);

    /// <summary>A warning and a critical level.</summary>
    public static Levels Two(double warning, double critical) => new(null, warning, critical);

    /// <summary>Whether there is a warning and a critical level.</summary>
    public bool AreTwo => Warning is not null && Critical is not null;

    /// <summary>As YAML: <c>0.85</c> or <c>{ warning: 0.85, critical: 0.8 }</c>.</summary>
    public string ToYaml() => (Single, Warning, Critical) switch
    {
        ({ } single, _, _) => Numbers.Format(single),
        (_, { } warning, { } critical) => $"{{ warning: {Numbers.Format(warning)}, critical: {Numbers.Format(critical)} }}",
        (_, { } warning, null) => $"{{ warning: {Numbers.Format(warning)} }}",
        (_, null, { } critical) => $"{{ critical: {Numbers.Format(critical)} }}",
        _ => "{ }",
    };
}

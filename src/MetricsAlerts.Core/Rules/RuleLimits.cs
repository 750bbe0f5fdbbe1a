using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Rules;

/// <summary>
/// How long the texts of a rule file may be. An alert carries its rule's texts: with all of them as long as they may be it is far below the
/// 32 Ki characters
/// of a table's property, even when each character is written as <c>\uXXXX</c>.
/// </summary>
public static class RuleLimits
{
    /// <summary>Characters of a rule's description.</summary>
    public const int Description = 1000;

    /// <summary>Characters of a runbook's address.</summary>
    public const int Runbook = 500;

    /// <summary>Characters of a metric's name, an instance's, a model type's, or a glob of these.</summary>
    public const int Name = 200;

    /// <summary>Characters of a condition, written on one line.</summary>
    public const int Condition = 1000;

    /// <summary>Labels of a rule.</summary>
    public const int Labels = 20;

    /// <summary>Characters of all labels of a rule together, names and values.</summary>
    public const int LabelText = 1000;

    /// <summary>Channels that a rule or route names.</summary>
    public const int Notify = 20;

    /// <summary>Characters of any other key's value, such as a list of deployments: a table's property holds little more.</summary>
    public const int Field = 30_000;

    /// <summary>Routes, inhibitions or maintenance windows of a file.</summary>
    public const int Items = 1000;

    /// <summary>The longest time that a rule can ask for.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromDays(365);

    /// <summary>What a rule's duration looks like, for error messages.</summary>
    public const string DurationAllowed = "a duration such as 30s, 10m, 24h or 7d, at most 365d";
}

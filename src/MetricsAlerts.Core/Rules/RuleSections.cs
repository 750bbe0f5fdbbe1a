using System.Collections.Frozen;

namespace MetricsAlerts.Rules;

/// <summary>The sections of a rule file.</summary>
public static class RuleSections
{
    /// <summary>Rules.</summary>
    public const string Rules = "rules";

    /// <summary>Channels.</summary>
    public const string Channels = "channels";

    /// <summary>Routes.</summary>
    public const string Routes = "routes";

    /// <summary>Inhibitions.</summary>
    public const string Inhibit = "inhibit";

    /// <summary>Maintenance windows.</summary>
    public const string Maintenance = "maintenance";

    /// <summary>Every section.</summary>
    public static IReadOnlySet<string> All { get; } =
        new[] { Rules, Channels, Routes, Inhibit, Maintenance }.ToFrozenSet(StringComparer.Ordinal);
}

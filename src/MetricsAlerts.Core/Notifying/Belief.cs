using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>What a reader believes of an alert after the last word.</summary>
/// <param name="IsOpen">That it is open.</param>
/// <param name="Severity">How bad; none when it is not open.</param>
/// <param name="NoData">That the source has no values.</param>
internal readonly record struct Belief(bool IsOpen, Severity Severity, bool NoData)
{
    /// <summary>Of who never heard of it, or heard that it is over.</summary>
    public static Belief Nothing => default;

    /// <summary>Of who was told of this state.</summary>
    public static Belief Of(Alert alert) => alert.IsOpen ? new(true, alert.Severity, alert.NoData) : Nothing;
}

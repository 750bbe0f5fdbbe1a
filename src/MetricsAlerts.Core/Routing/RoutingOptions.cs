using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Routing;

/// <summary>How alerts are grouped into messages, in the section <c>Notify</c>.</summary>
public record RoutingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Notify";

    /// <summary>The labels that alerts of one message have in common. Default: deployment and rule.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>
    /// What <see cref="GroupBy"/> says, or the default. The default is not in the list itself: what is configured would be added to
    /// it.
    /// </summary>
    internal IReadOnlyList<string> GroupLabels => GroupBy.Count > 0 ? GroupBy : ["deployment", "rule"];

    /// <summary>How long the first alert of a group waits for others. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time between two messages of a group. Default 0: windows are an hour long, news is news.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan GroupInterval { get; init; } = TimeSpan.Zero;
}

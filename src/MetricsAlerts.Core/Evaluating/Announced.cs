using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>What people have been told of one rule on one series: late values change the state, but never what was said.</summary>
/// <param name="IsOpen">Whether the last word was that the alert is open.</param>
/// <param name="Severity">How bad it was said to be.</param>
/// <param name="NoData">Whether it was said that there are no values.</param>
/// <param name="EpisodeStart">Start of the episode as it was announced; with rule and series it identifies the alert.</param>
/// <param name="Sequence">Transitions ever told, so that no two have the same id.</param>
internal readonly record struct Announced(bool IsOpen, Severity Severity, bool NoData, DateTimeOffset EpisodeStart, int Sequence);

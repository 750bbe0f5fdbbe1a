using MetricsAlerts.Viewing;
using MetricsAlerts.Viewing.Explaining;

namespace MetricsAlerts.Web.Responses;

/// <summary>Why a rule fires on a deployment, or does not.</summary>
/// <param name="Conclusion">In a sentence.</param>
/// <param name="Deployment">The deployment; null when it is not known.</param>
/// <param name="Series">Every series that the rule looks at; empty when there is none, and the conclusion says why.</param>
public sealed record ExplainResponse(string Conclusion, DeploymentResponse? Deployment, IReadOnlyList<ExplainedSeriesResponse> Series)
{
    /// <summary>The response for an explanation.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="windows">Of each series the newest windows, so many at most.</param>
    public static ExplainResponse Of(RuleExplanation explanation, int windows) => new(
        explanation.Conclusion,
        explanation.Deployment is { } deployment ? DeploymentResponse.Of(deployment) : null,
        [.. explanation.Series.Select(series => ExplainedSeriesResponse.Of(series, windows))]);
}

/// <summary>Why a rule fires on one series, or does not.</summary>
/// <param name="Instance">The prediction server host, or <c>all</c>.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Bucket">The length of the windows.</param>
/// <param name="Conclusion">In a sentence.</param>
/// <param name="Notified">Who hears of it, or why nobody does, sentence by sentence; empty for another time than now.</param>
/// <param name="AlertId">The open alert; null when there is none.</param>
/// <param name="Windows">What the rule finds in each window, newest first.</param>
public sealed record ExplainedSeriesResponse(
    string Instance, string Metric, TimeSpan Bucket, string Conclusion, IReadOnlyList<string> Notified, string? AlertId,
    IReadOnlyList<ExplainedWindowResponse> Windows)
{
    /// <summary>The response for a series.</summary>
    public static ExplainedSeriesResponse Of(SeriesExplanation series, int windows) => new(
        series.Instance, series.Name.Metric, series.Name.Bucket, series.Conclusion, series.Notified, series.Alert?.Key.Id,
        [.. series.Windows.TakeLast(windows).Reverse().Select(ExplainedWindowResponse.Of)]);
}

/// <summary>What a rule finds in a window.</summary>
/// <param name="Start">Its start.</param>
/// <param name="End">Its end.</param>
/// <param name="Value">The value, in the metric's unit; null when there is none.</param>
/// <param name="SampleSize">Rows that the value was computed from.</param>
/// <param name="Completeness">The share of the actuals that are there, 0 to 1; null when nobody asks for it.</param>
/// <param name="Judgement">What the rule finds, in words.</param>
/// <param name="State">How the rule stands after the window.</param>
public sealed record ExplainedWindowResponse(
    DateTimeOffset Start, DateTimeOffset End, double? Value, long SampleSize, double? Completeness, string Judgement, SeriesStanding State)
{
    /// <summary>The response for a window.</summary>
    public static ExplainedWindowResponse Of(JudgedWindow judged) => new(
        judged.Window.Start, judged.Window.End, judged.Window.Value, judged.Window.SampleSize, judged.Window.Completeness,
        ReasonWords.Of(judged.Reason), judged.Standing);
}

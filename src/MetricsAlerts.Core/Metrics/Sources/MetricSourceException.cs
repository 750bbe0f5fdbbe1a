using MetricsAlerts.Formats;

namespace MetricsAlerts.Metrics.Sources;

/// <summary>What kind of trouble a source has.</summary>
public enum MetricSourceProblem
{
    /// <summary>The token is not accepted.</summary>
    Unauthorized,

    /// <summary>The token's user lacks a permission, or a feature is off.</summary>
    Forbidden,

    /// <summary>There is no such thing, or it is not visible.</summary>
    NotFound,

    /// <summary>The request was wrong.</summary>
    Invalid,

    /// <summary>Too many requests.</summary>
    Throttled,

    /// <summary>It does not answer, or with an error of its own.</summary>
    Unavailable,

    /// <summary>It answers something that is not understood.</summary>
    Unexpected,
}

/// <summary>
/// A source could not be asked. The message says what was asked, what came back and what to do, in one line: what a server wrote into
/// it reaches no log, report or terminal with control characters.
/// </summary>
public sealed class MetricSourceException(MetricSourceProblem problem, string message, Exception? inner = null)
    : Exception(Texts.Clean(message, MaxMessage), inner)
{
    private const int MaxMessage = 2_000;

    /// <summary>What kind of trouble it is.</summary>
    public MetricSourceProblem Problem { get; } = problem;

    /// <summary>
    /// Whether it is about what was asked, so that other requests may well be answered; any other trouble would meet them too.
    /// </summary>
    public bool IsAboutTheRequest =>
        Problem is MetricSourceProblem.Forbidden or MetricSourceProblem.Invalid or MetricSourceProblem.Unexpected;
}

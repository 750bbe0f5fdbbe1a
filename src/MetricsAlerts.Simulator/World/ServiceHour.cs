namespace MetricsAlerts.Simulator.World;

/// <summary>What one prediction server did in one hour for one deployment.</summary>
/// <param name="Start">The hour.</param>
/// <param name="Host">The prediction server.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Predictions">Rows scored.</param>
/// <param name="ResponseTime">Milliseconds until the answer, median.</param>
/// <param name="ExecutionTime">Milliseconds of scoring, median.</param>
/// <param name="ServerErrorRate">Share of requests answered 5xx.</param>
public readonly record struct ServiceHour(
    DateTimeOffset Start, string Host, long Requests, long Predictions, double ResponseTime, double ExecutionTime, double ServerErrorRate);

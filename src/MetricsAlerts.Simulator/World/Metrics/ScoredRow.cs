namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>A prediction and what came true.</summary>
/// <param name="Predicted">The probability of class 1 of a binary classifier, or the number that a regression predicts.</param>
/// <param name="Actual">0 or 1, or the number.</param>
public readonly record struct ScoredRow(double Predicted, double Actual);

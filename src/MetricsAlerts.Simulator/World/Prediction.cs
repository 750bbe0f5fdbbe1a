namespace MetricsAlerts.Simulator.World;

/// <summary>One prediction of a binary classifier with its late actual.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Host">The prediction server that made it.</param>
/// <param name="Probability">The probability of class 1.</param>
/// <param name="Actual">The class that came true.</param>
/// <param name="ActualAt">When that became known; <see cref="DateTimeOffset.MaxValue"/> for never.</param>
public readonly record struct Prediction(DateTimeOffset At, string Host, double Probability, bool Actual, DateTimeOffset ActualAt);

namespace MetricsAlerts.Simulator.World;

/// <summary>One prediction with its late actual.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Host">The prediction server that made it.</param>
/// <param name="Predicted">The probability of class 1 of a binary classifier, or the number that a regression predicts.</param>
/// <param name="Actual">The class that came true, 0 or 1, or the number.</param>
/// <param name="ActualAt">When that became known; <see cref="DateTimeOffset.MaxValue"/> for never.</param>
public readonly record struct Prediction(DateTimeOffset At, string Host, double Predicted, double Actual, DateTimeOffset ActualAt);

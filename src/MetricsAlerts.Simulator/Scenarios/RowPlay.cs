using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>Draws what a model predicts and what comes true.</summary>
internal static class RowPlay
{
    /// <summary>The rows that a model was tested on when it was trained.</summary>
    public const int TrainingRows = 3200;

    private const double TypicalNumber = 100;

    /// <summary>One row of a model that is right so often; a regression is off by so much less than the whole, on average.</summary>
    public static ScoredRow Draw(Random random, string targetType, double accuracy) =>
        targetType == "Regression" ? DrawNumber(random, accuracy) : DrawClass(random, accuracy);

    /// <summary>The rows of a test set, drawn while nothing is wrong.</summary>
    public static IReadOnlyList<ScoredRow> DrawTraining(Random random, string targetType, double accuracy) =>
        [.. Enumerable.Range(0, TrainingRows).Select(_ => Draw(random, targetType, accuracy))];

    private static ScoredRow DrawClass(Random random, double accuracy)
    {
        var predicted = random.NextDouble() < 0.5;
        var certainty = 0.5 + (0.5 * Math.Sqrt(random.NextDouble()));
        var right = random.NextDouble() < accuracy;
        return new(predicted ? certainty : 1 - certainty, right == predicted ? 1 : 0);
    }

    private static ScoredRow DrawNumber(Random random, double accuracy)
    {
        var predicted = TypicalNumber * Math.Exp(0.3 * Normal(random));
        return new(predicted, Math.Max(0.01, predicted * (1 + ((1 - accuracy) * Normal(random)))));
    }

    /// <summary>
    /// A standard normal number. Source: G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates", Annals of
    /// Mathematical Statistics 29 (1958).
    /// </summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

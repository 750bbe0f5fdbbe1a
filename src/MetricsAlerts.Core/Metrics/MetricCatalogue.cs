using System.Collections.Frozen;

namespace MetricsAlerts.Metrics;

/// <summary>
/// The metrics that DataRobot's monitoring API has, with their direction, unit and nature; see DataRobot's public API reference,
/// <c>deployments/{id}/accuracyOverTime/</c> and <c>deployments/{id}/serviceStatsOverTime/</c>.
/// </summary>
public static class MetricCatalogue
{
    private static readonly FrozenDictionary<string, MetricDefinition> Definitions = All().ToFrozenDictionary(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>Every metric that is known by name.</summary>
    public static IEnumerable<MetricDefinition> Known => Definitions.Values.OrderBy(metric => metric.Family).ThenBy(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>The metric of this name; one that is not known is taken for a custom metric.</summary>
    public static MetricDefinition Find(string name) =>
        Definitions.GetValueOrDefault(name) ?? new MetricDefinition(name, MetricFamily.Custom, Direction.Unknown);

    private static IEnumerable<MetricDefinition> All()
    {
        string[] higher =
        [
            "AUC", "Balanced Accuracy", "FVE Binomial", "FVE Multinomial", "Gini Norm", "Kolmogorov-Smirnov", "Rate@Top5%", "Rate@Top10%",
            "TPR", "TNR", "PPV", "F1", "MCC", "FVE Gamma", "FVE Poisson", "FVE Tweedie", "R Squared",
        ];
        string[] lower = ["LogLoss", "FPR", "Gamma Deviance", "MAD", "MAE", "MAPE", "Poisson Deviance", "RMSE", "RMSLE", "Tweedie Deviance"];

        // Only Accuracy is a share of all rows; TPR, TNR, PPV and FPR are shares of a part whose size the API does not give.
        yield return new("Accuracy", MetricFamily.Accuracy, Direction.HigherIsBetter, IsProportion: true);
        foreach (var name in higher)
            yield return new(name, MetricFamily.Accuracy, Direction.HigherIsBetter);
        foreach (var name in lower)
            yield return new(name, MetricFamily.Accuracy, Direction.LowerIsBetter);

        yield return Service("totalPredictions", Direction.Unknown, "rows");
        yield return Service("totalRequests", Direction.Unknown, "requests");
        yield return Service("slowRequests", Direction.LowerIsBetter, "requests");
        yield return Service("executionTime", Direction.LowerIsBetter, "ms");
        yield return Service("responseTime", Direction.LowerIsBetter, "ms");
        yield return Service("userErrorRate", Direction.LowerIsBetter, "");
        yield return Service("serverErrorRate", Direction.LowerIsBetter, "");
        yield return Service("numConsumers", Direction.Unknown, "consumers");
        yield return Service("cacheHitRatio", Direction.HigherIsBetter, "");
        yield return Service("medianLoad", Direction.Unknown, "requests/min");
        yield return Service("peakLoad", Direction.Unknown, "requests/min");
    }

    private static MetricDefinition Service(string name, Direction direction, string unit) =>
        new(name, MetricFamily.ServiceHealth, direction, unit, IsModelBound: false);
}

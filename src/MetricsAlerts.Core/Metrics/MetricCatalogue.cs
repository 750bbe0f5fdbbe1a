using System.Collections.Frozen;

namespace MetricsAlerts.Metrics;

/// <summary>
/// The metrics that DataRobot's monitoring API has, with their direction, unit and nature; see DataRobot's public API reference,
/// <c>deployments/{id}/accuracyOverTime/</c>, <c>serviceStatsOverTime/</c> and their neighbours. And the pipeline's own, of the
/// deployment <c>pipeline</c>.
/// </summary>
public static class MetricCatalogue
{
    /// <summary>Statistics of requests and inputs are complete some hours after the window.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(3);

    private static readonly FrozenDictionary<string, MetricDefinition> Definitions =
        All().ToFrozenDictionary(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>Every metric that is known by name.</summary>
    public static IEnumerable<MetricDefinition> Known =>
        Definitions.Values.OrderBy(metric => metric.Family).ThenBy(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>
    /// The metric of this name, with a quantile or a feature in it or not; one that is not known is taken for a custom metric.
    /// </summary>
    public static MetricDefinition Find(string name)
    {
        if (Definitions.GetValueOrDefault(name) is { } known)
            return known;
        if (QuantileMetric.TryParse(name, out var time, out _))
            return Definitions[time] with { Name = name };
        if (name.StartsWith(MetricNames.FeatureDriftPrefix, StringComparison.Ordinal))
            return Definitions[MetricNames.FeatureDriftMax] with { Name = name };
        return new(name, MetricFamily.Custom, Direction.Unknown) { HasInstances = false };
    }

    private static IEnumerable<MetricDefinition> All()
    {
        string[] higher =
        [
            "AUC", "Balanced Accuracy", "FVE Binomial", "FVE Multinomial", "Gini Norm", "Kolmogorov-Smirnov", "Rate@Top5%", "Rate@Top10%",
            "TPR", "TNR", "PPV", "F1", "MCC", "FVE Gamma", "FVE Poisson", "FVE Tweedie", "R Squared",
        ];
        string[] lower =
        [
            "LogLoss", "FPR", "Gamma Deviance", "MAD", "MAE", "MAPE", "Poisson Deviance", "RMSE", "RMSLE", "Tweedie Deviance",
        ];

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

        // PSI; the usual reading: above 0.15 look, above 0.25 act. A window is one request, so only those that may not have settled are
        // read again.
        yield return new(MetricNames.TargetDrift, MetricFamily.Drift, Direction.LowerIsBetter) { SettlesAfter = Settled };
        yield return new(MetricNames.FeatureDriftMax, MetricFamily.Drift, Direction.LowerIsBetter) { SettlesAfter = Settled };
        yield return new(MetricNames.RowCount, MetricFamily.Predictions, Direction.Unknown, "rows", IsModelBound: false)
        {
            SettlesAfter = Settled,
        };
        yield return new(
            MetricNames.ActualsCompleteness, MetricFamily.Predictions, Direction.HigherIsBetter, IsProportion: true, IsModelBound: false);

        foreach (var name in (string[])["serviceHealth", "modelHealth", "accuracyHealth", "fairnessHealth"])
        {
            yield return new(name, MetricFamily.Health, Direction.LowerIsBetter, IsModelBound: false)
            {
                SettlesAfter = TimeSpan.Zero,
                HasInstances = false,
            };
        }

        yield return Pipeline("collect.failures", "deployments");
        yield return Pipeline("collect.behind", "deployments");
        yield return Pipeline("collect.deployments", "deployments", Direction.Unknown);
        yield return Pipeline("collect.windows", "windows", Direction.Unknown);
        yield return Pipeline("collect.requests", "requests", Direction.Unknown);
        yield return Pipeline("collect.duration", "s");
        yield return Pipeline("deadLetters", "messages");
        foreach (var stage in (string[])["collect", "evaluate", "notify"])
        {
            yield return Pipeline($"{stage}.deadLetters", "messages");
            yield return Pipeline($"{stage}.lag", "s");
        }
    }

    private static MetricDefinition Pipeline(string name, string unit, Direction direction = Direction.LowerIsBetter) =>
        new(name, MetricFamily.Pipeline, direction, unit, IsModelBound: false) { SettlesAfter = TimeSpan.Zero, HasInstances = false };

    private static MetricDefinition Service(string name, Direction direction, string unit) =>
        new(name, MetricFamily.ServiceHealth, direction, unit, IsModelBound: false) { SettlesAfter = Settled };
}

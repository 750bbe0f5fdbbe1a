using MetricsAlerts.Collecting;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>Accuracy over time: predictions compared with the actuals that have arrived.</summary>
internal sealed class AccuracyReader : IMetricFamilyReader
{
    private static readonly HashSet<string> Regression = new(StringComparer.Ordinal)
    {
        "FVE Gamma", "FVE Poisson", "FVE Tweedie", "R Squared", "Gini Norm", "Gamma Deviance", "MAD", "MAE", "MAPE", "Poisson Deviance", "RMSE", "RMSLE", "Tweedie Deviance",
    };

    public MetricFamily Family => MetricFamily.Accuracy;

    public IEnumerable<string> MetricsOf(Deployment deployment)
    {
        var isRegression = string.Equals(deployment.TargetType, "Regression", StringComparison.OrdinalIgnoreCase);
        return MetricCatalogue.Known
            .Where(metric => metric.Family == MetricFamily.Accuracy && (metric.Name == "Gini Norm" || Regression.Contains(metric.Name) == isRegression))
            .Select(metric => metric.Name);
    }

    public Task<OverTimeModel> ReadAsync(DataRobotClient client, string deploymentId, string metric, WindowQuery query, CancellationToken cancellationToken) =>
        client.GetAccuracyOverTimeAsync(deploymentId, metric, query, cancellationToken);

    /// <summary>Newer servers answer a list with sample sizes, older ones a map without; either is read.</summary>
    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        DataRobotClient client, string deploymentId, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = await client.GetAccuracyAsync(deploymentId, query, cancellationToken);
        var (start, end) = (answer.Period?.Start ?? query.Start, answer.Period?.End ?? query.End);
        if (answer.Data is { Count: > 0 } data)
            return [.. data.Where(value => value.MetricName is not null).Select(value => Reading(value.MetricName!, value.Value, value.SampleSize ?? 0, value.BaselineValue))];
        return [.. (answer.Metrics ?? []).Select(metric => Reading(metric.Key, metric.Value.Value, 0, metric.Value.BaselineValue))];

        MetricReading Reading(string name, double? value, long sampleSize, double? baseline) =>
            new(name, new(start.ToUniversalTime(), end.ToUniversalTime(), value, sampleSize) { Baseline = baseline, ModelId = answer.ModelId });
    }
}

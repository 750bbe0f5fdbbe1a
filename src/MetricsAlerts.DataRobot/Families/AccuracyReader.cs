using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>Accuracy over time: predictions compared with the actuals that have arrived.</summary>
internal sealed class AccuracyReader : IMetricFamilyReader
{
    private static readonly HashSet<string> Regression = new(StringComparer.Ordinal)
    {
        "FVE Gamma", "FVE Poisson", "FVE Tweedie", "R Squared", "Gini Norm", "Gamma Deviance", "MAD", "MAE", "MAPE", "Poisson Deviance",
        "RMSE", "RMSLE", "Tweedie Deviance",
    };

    public bool Reads(MetricDefinition metric) => metric.Family == MetricFamily.Accuracy;

    public Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(
            [.. MetricCatalogue.Known.Where(Reads).Select(metric => metric.Name).Where(metric => Fits(metric, request.Deployment))]);

    public async Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken)
    {
        if (!Fits(metric, request.Deployment))
            return new([], $"'{metric}' does not exist for models of the target type {request.Deployment.TargetType}.");
        var answer = await request.Client.GetAccuracyOverTimeAsync(request.Deployment.Id, metric, query, cancellationToken);
        return new(OverTime.Windows(answer, query, answer.Baseline?.Value));
    }

    /// <summary>Newer servers answer a list with sample sizes, older ones a map without; either is read.</summary>
    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = await request.Client.GetAccuracyAsync(request.Deployment.Id, query, cancellationToken);
        var (start, end) = OverTime.PeriodOf(answer.Period, 0, query);
        var readings = answer.Data is { Count: > 0 } data
            ? data.Where(value => value.MetricName is not null).Select(
                value => Reading(value.MetricName!, value.Value, value.SampleSize ?? 0, value.BaselineValue))
            : (answer.Metrics ?? []).Select(metric => Reading(metric.Key, metric.Value.Value, 0, metric.Value.BaselineValue));
        return [.. readings.Where(reading => asked.Count == 0 || asked.Contains(reading.Metric))];

        MetricReading Reading(string name, double? value, long sampleSize, double? baseline) =>
            new(name, new(start, end, value, sampleSize) { Baseline = baseline, ModelId = answer.ModelId });
    }

    /// <summary>A target type that is not known is given the benefit of the doubt.</summary>
    private static bool Fits(string metric, Deployment deployment) =>
        deployment.TargetType is not { } type ||
            metric == "Gini Norm" ||
            Regression.Contains(metric) == string.Equals(type, "Regression", StringComparison.OrdinalIgnoreCase);
}

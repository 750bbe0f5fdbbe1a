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
            return new([], DoesNotFit(metric, request.Deployment));
        var answer = await request.Client.GetAccuracyOverTimeAsync(request.Deployment.Id, metric, query, cancellationToken);
        return new(OverTime.Windows(answer, query, model => BaselineOf(answer, model)));
    }

    /// <summary>Newer servers answer a list with sample sizes, older ones a map without; either is read.</summary>
    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = await request.Client.GetAccuracyAsync(request.Deployment.Id, query, cancellationToken);
        var values = answer.Data is { Count: > 0 } data
            ? data.OfType<AccuracyValueModel>().Where(value => IsOf(query.ModelId, value.ModelId))
            : (answer.Metrics ?? []).Select(
                metric => new AccuracyValueModel(null, metric.Key, metric.Value?.Value, null, metric.Value?.BaselineValue));
        return
        [
            .. from value in values
               let metric = value.MetricName ?? ""
               where metric.Length > 0 && (asked.Count == 0 || asked.Contains(metric))
               select new MetricReading(metric, new(query.Start, query.End, value.Value, value.SampleSize ?? 0)
               {
                   Baseline = value.BaselineValue,
                   ModelId = value.ModelId ?? answer.ModelId ?? query.ModelId,
               }),
        ];
    }

    private static bool IsOf(string? asked, string? model) => asked is null || model is null || model == asked;

    /// <summary>A baseline belongs to a model; an older server has one for all.</summary>
    private static double? BaselineOf(OverTimeModel answer, string? model)
    {
        var baselines = (answer.Baselines ?? []).OfType<BaselineModel>().ToList();
        var own = baselines.Find(baseline => baseline.ModelId == model) ?? (baselines is [{ ModelId: null } only] ? only : null);
        return own?.Value ?? (baselines.Count == 0 ? answer.Baseline?.Value : null);
    }

    private static string DoesNotFit(string metric, Deployment deployment) =>
        $"'{metric}' does not exist for models of the target type {deployment.TargetType}.";

    /// <summary>A target type that is not known is given the benefit of the doubt.</summary>
    private static bool Fits(string metric, Deployment deployment) =>
        deployment.TargetType is not { } type ||
            metric == "Gini Norm" ||
            Regression.Contains(metric) == string.Equals(type, "Regression", StringComparison.OrdinalIgnoreCase);
}

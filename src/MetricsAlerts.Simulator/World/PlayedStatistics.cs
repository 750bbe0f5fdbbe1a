using System.Collections.Concurrent;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>Computes the statistics from every prediction that was made, as played from a scenario or read from a recording.</summary>
/// <param name="deployment">The deployment.</param>
/// <param name="predictions">What it predicted.</param>
/// <param name="service">What its prediction servers did, in order of time; empty when it is not known.</param>
/// <param name="troubles">What went wrong with its features and custom metrics.</param>
public sealed class PlayedStatistics(
    SimulatedDeployment deployment, PredictionLog predictions, IReadOnlyList<ServiceHour> service, IReadOnlyList<ScriptedValue> troubles)
    : IDeploymentStatistics
{
    /// <summary>The first days of a deployment are what it is compared with.</summary>
    private static readonly TimeSpan BaselinePeriod = TimeSpan.FromDays(14);

    /// <summary>Buckets that no actual can change any more.</summary>
    private readonly ConcurrentDictionary<(
        string Metric,
        DateTimeOffset Start,
        DateTimeOffset End,
        string? Host,
        string Model), Statistic> _settled = new();

    private readonly ConcurrentDictionary<string, Statistic> _baselines = new(StringComparer.Ordinal);

    private readonly Lazy<long[]> _baselineHistogram = new(
        () => PopulationStability.Histogram(predictions.Of(predictions.Start, predictions.Start + BaselinePeriod), _ => true));

    /// <inheritdoc/>
    public SimulatedDeployment Deployment => deployment;

    /// <inheritdoc/>
    public Statistic Accuracy(string metric, DateTimeOffset start, DateTimeOffset end, string? host, string model, DateTimeOffset now)
    {
        var key = (metric, start, end, host, model);
        if (_settled.TryGetValue(key, out var settled))
            return settled;

        var rows = new List<(double, bool)>();
        var isSettled = end <= now;
        foreach (ref readonly var prediction in predictions.Of(start, end))
        {
            if ((host is not null && prediction.Host != host) || !HasActuals)
                continue;
            if (prediction.At > now || prediction.ActualAt > now)
                isSettled &= prediction.ActualAt == DateTimeOffset.MaxValue;
            else if (deployment.ModelAt(prediction.At) == model)
                rows.Add((prediction.Probability, prediction.Actual));
        }

        var statistic = new Statistic(ClassificationStatistics.Compute(metric, rows), rows.Count);
        if (isSettled)
            _settled[key] = statistic;
        return statistic;
    }

    /// <summary>The metric over the first fourteen days, with all their actuals.</summary>
    public Statistic Baseline(string metric) => _baselines.GetOrAdd(metric, key =>
    {
        var start = predictions.Start;
        var rows = new List<(double, bool)>();
        foreach (ref readonly var prediction in predictions.Of(start, start + BaselinePeriod))
        {
            if (prediction.ActualAt < DateTimeOffset.MaxValue)
                rows.Add((prediction.Probability, prediction.Actual));
        }

        return new(ClassificationStatistics.Compute(key, rows), rows.Count);
    });

    /// <inheritdoc/>
    public double? Service(ServiceQuestion question, DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        if (service.Count == 0)
            return question.Metric is "totalPredictions" or "totalRequests" ? CountPredictions(start, end, host, now) : null;

        var hours = HoursOf(start, end, host, now);
        var requests = hours.Sum(hour => hour.Requests);
        return question.Metric switch
        {
            "totalPredictions" => hours.Sum(hour => hour.Predictions),
            "totalRequests" => requests,
            "slowRequests" => hours.Where(hour => hour.ResponseTime > question.SlowAbove).Sum(hour => hour.Requests),
            "userErrorRate" => 0,
            "serverErrorRate" => requests == 0 ? 0 : hours.Sum(hour => hour.ServerErrorRate * hour.Requests) / requests,
            "responseTime" =>
                requests == 0 ? null : Time(hours.Sum(hour => hour.ResponseTime * hour.Requests) / requests, question.Quantile),
            "executionTime" =>
                requests == 0 ? null : Time(hours.Sum(hour => hour.ExecutionTime * hour.Requests) / requests, question.Quantile),
            "numConsumers" => requests == 0 ? 0 : 1,
            "cacheHitRatio" => requests == 0 ? null : 0.98,
            "medianLoad" => requests == 0 ? 0 : Math.Round(requests / (end - start).TotalMinutes, 2),
            "peakLoad" => hours.Count == 0 ? 0 : Math.Round(hours.Max(hour => hour.Requests) / 60.0, 2),
            _ => throw new ArgumentException($"'{question.Metric}' is no service statistic.", nameof(question)),
        };
    }

    /// <inheritdoc/>
    public (long Total, long WithActual) Actuals(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var (total, withActual) = (0L, 0L);
        foreach (ref readonly var prediction in predictions.Of(start, end))
        {
            if (prediction.At > now || (host is not null && prediction.Host != host))
                continue;
            total++;
            withActual += HasActuals && prediction.ActualAt <= now ? 1 : 0;
        }

        return (total, withActual);
    }

    /// <inheritdoc/>
    public Statistic TargetDrift(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now) =>
        PopulationStability.Compare(
            PopulationStability.Histogram(
                predictions.Of(start, end), prediction => prediction.At <= now && (host is null || prediction.Host == host)),
            _baselineHistogram.Value);

    /// <inheritdoc/>
    public IReadOnlyList<(string Feature, Statistic Drift)> FeatureDrift(
        DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var rows = CountPredictions(start, end, host, now);
        return [.. deployment.Features.Select(feature => (feature, rows == 0
            ? new Statistic(null, 0)
            : new(Math.Round(Scripted(feature, start, end) ?? (0.01 + (0.04 * Noise.Of(feature, start, 1))), 6), rows)))];
    }

    /// <inheritdoc/>
    public Statistic Custom(SimulatedCustomMetric metric, DateTimeOffset start, DateTimeOffset end, DateTimeOffset now) =>
        start >= now || end <= deployment.Start
            ? new(null, 0)
            : new(
                Math.Round((Scripted(metric.Name, start, end) ?? metric.Value) * (0.97 + (0.06 * Noise.Of(metric.Name, start, 2))), 6), 10);

    private bool HasActuals => deployment.HasAssociationId && deployment.HasDataCollection;

    /// <summary>What a trouble says of a feature or a custom metric in a period that it touches.</summary>
    private double? Scripted(string name, DateTimeOffset start, DateTimeOffset end) =>
        troubles.Where(trouble => trouble.Name == name && trouble.From < end && start < trouble.To)
            .Select(trouble => (double?)trouble.Value).FirstOrDefault();

    /// <summary>Times are log-normal around the median with σ = 0.4; Φ⁻¹ by the logistic approximation ln(q / (1 − q)) / 1.702.</summary>
    private static double Time(double median, double quantile) =>
        Math.Round(median * Math.Exp(0.4 * Math.Log(quantile / (1 - quantile)) / 1.702), 1);

    private int CountPredictions(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var count = 0;
        foreach (ref readonly var prediction in predictions.Of(start, end))
            count += prediction.At <= now && (host is null || prediction.Host == host) ? 1 : 0;
        return count;
    }

    private List<ServiceHour> HoursOf(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var (low, high) = (0, service.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (service[middle].Start < start)
                low = middle + 1;
            else
                high = middle;
        }

        var hours = new List<ServiceHour>();
        for (; low < service.Count && service[low].Start < end && service[low].Start <= now; low++)
        {
            if (host is null || service[low].Host == host)
                hours.Add(service[low]);
        }

        return hours;
    }
}

/// <summary>The value of a feature's drift or a custom metric while something is wrong.</summary>
public sealed record ScriptedValue(string Name, DateTimeOffset From, DateTimeOffset To, double Value);

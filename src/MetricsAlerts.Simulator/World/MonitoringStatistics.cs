using System.Collections.Concurrent;

namespace MetricsAlerts.Simulator.World;

/// <summary>Computes what the monitoring API answers, from what is known at a simulated now.</summary>
public sealed class MonitoringStatistics(SimulatedDeployment deployment)
{
    /// <summary>The first days of a deployment are what it is compared with.</summary>
    private static readonly TimeSpan BaselinePeriod = TimeSpan.FromDays(14);

    /// <summary>Buckets that no actual can change any more.</summary>
    private readonly ConcurrentDictionary<(string Metric, DateTimeOffset Start, DateTimeOffset End, string? Host, string Model), Statistic> _settled = new();

    private readonly ConcurrentDictionary<string, Statistic> _baselines = new(StringComparer.Ordinal);

    /// <summary>The deployment.</summary>
    public SimulatedDeployment Deployment => deployment;

    /// <summary>An accuracy metric over a period, from the rows of the model whose actual has arrived by <paramref name="now"/>.</summary>
    public Statistic Accuracy(string metric, DateTimeOffset start, DateTimeOffset end, string? host, string model, DateTimeOffset now)
    {
        var key = (metric, start, end, host, model);
        if (_settled.TryGetValue(key, out var settled))
            return settled;

        var rows = new List<(double, bool)>();
        var isSettled = end <= now;
        foreach (ref readonly var prediction in deployment.Predictions.Of(start, end))
        {
            if ((host is not null && prediction.Host != host) || !deployment.HasAssociationId)
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
        var start = deployment.Predictions.Start;
        var rows = new List<(double, bool)>();
        foreach (ref readonly var prediction in deployment.Predictions.Of(start, start + BaselinePeriod))
        {
            if (prediction.ActualAt < DateTimeOffset.MaxValue)
                rows.Add((prediction.Probability, prediction.Actual));
        }

        return new(ClassificationStatistics.Compute(key, rows), rows.Count);
    });

    /// <summary>A service statistic over a period; null without requests where that makes it meaningless.</summary>
    public double? Service(string metric, DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        if (deployment.Service.Count == 0)
            return metric is "totalPredictions" or "totalRequests" ? CountPredictions(start, end, host, now) : null;

        var hours = HoursOf(start, end, host, now);
        var requests = hours.Sum(hour => hour.Requests);
        return metric switch
        {
            "totalPredictions" => hours.Sum(hour => hour.Predictions),
            "totalRequests" => requests,
            "slowRequests" => hours.Where(hour => hour.ResponseTime > 1000).Sum(hour => hour.Requests),
            "userErrorRate" => 0,
            "serverErrorRate" => requests == 0 ? 0 : hours.Sum(hour => hour.ServerErrorRate * hour.Requests) / requests,
            "responseTime" => requests == 0 ? null : Math.Round(hours.Sum(hour => hour.ResponseTime * hour.Requests) / requests, 1),
            "executionTime" => requests == 0 ? null : Math.Round(hours.Sum(hour => hour.ExecutionTime * hour.Requests) / requests, 1),
            "numConsumers" => requests == 0 ? 0 : 1,
            "cacheHitRatio" => requests == 0 ? null : 0.98,
            "medianLoad" => requests == 0 ? 0 : Math.Round(requests / (end - start).TotalMinutes, 2),
            "peakLoad" => hours.Count == 0 ? 0 : Math.Round(hours.Max(hour => hour.Requests) / 60.0, 2),
            _ => throw new ArgumentException($"'{metric}' is no service statistic.", nameof(metric)),
        };
    }

    /// <summary>Rows of a period, and those of them whose actual has arrived.</summary>
    public (long Total, long WithActual) Actuals(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var (total, withActual) = (0L, 0L);
        foreach (ref readonly var prediction in deployment.Predictions.Of(start, end))
        {
            if (prediction.At > now || (host is not null && prediction.Host != host))
                continue;
            total++;
            withActual += deployment.HasAssociationId && prediction.ActualAt <= now ? 1 : 0;
        }

        return (total, withActual);
    }

    private int CountPredictions(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var count = 0;
        foreach (ref readonly var prediction in deployment.Predictions.Of(start, end))
            count += prediction.At <= now && (host is null || prediction.Host == host) ? 1 : 0;
        return count;
    }

    private List<ServiceHour> HoursOf(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var (low, high) = (0, deployment.Service.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (deployment.Service[middle].Start < start)
                low = middle + 1;
            else
                high = middle;
        }

        var hours = new List<ServiceHour>();
        for (; low < deployment.Service.Count && deployment.Service[low].Start < end && deployment.Service[low].Start <= now; low++)
        {
            if (host is null || deployment.Service[low].Host == host)
                hours.Add(deployment.Service[low]);
        }

        return hours;
    }
}

/// <summary>A value with the rows it was computed from.</summary>
public readonly record struct Statistic(double? Value, long SampleSize);

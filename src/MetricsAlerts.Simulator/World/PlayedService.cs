namespace MetricsAlerts.Simulator.World;

/// <summary>Service statistics over what the prediction servers did hour by hour; of a recording only the predictions are known.</summary>
internal sealed class PlayedService(PredictionLog predictions, IReadOnlyList<ServiceHour> service)
{
    private const double MinutesPerHour = 60;

    public double? Read(ServiceQuestion question, Slice slice)
    {
        var hours = service.Count == 0 ? HoursOfPredictions(slice) : HoursOf(slice);
        var requests = hours.Sum(hour => hour.Requests);
        return question.Metric switch
        {
            "totalPredictions" => hours.Sum(hour => hour.Predictions),
            "totalRequests" => requests,
            "slowRequests" => hours.Where(hour => hour.ResponseTime > question.SlowAbove).Sum(hour => hour.Requests),
            "userErrorRate" => 0,
            "serverErrorRate" => requests == 0 ? 0 : hours.Sum(hour => hour.ServerErrorRate * hour.Requests) / requests,
            "responseTime" => Time(hours.Sum(hour => hour.ResponseTime * hour.Requests), requests, question.Quantile),
            "executionTime" => Time(hours.Sum(hour => hour.ExecutionTime * hour.Requests), requests, question.Quantile),
            "numConsumers" => requests == 0 ? 0 : 1,
            "cacheHitRatio" => requests == 0 ? 0 : 0.98,
            "medianLoad" => Math.Round(Median(Loads(hours)), 2),
            "peakLoad" => Math.Round(Loads(hours).DefaultIfEmpty().Max(), 2),
            _ => throw new ArgumentException($"'{question.Metric}' is no service statistic.", nameof(question)),
        };
    }

    /// <summary>
    /// Times are log-normal around the median with σ = 0.4; Φ⁻¹ by the logistic approximation ln(q / (1 − q)) / 1.702. Null where no
    /// time is known; the ends of the distribution are those of 0.1 %.
    /// </summary>
    private double? Time(double sum, long requests, double quantile)
    {
        if (requests == 0 || service.Count == 0)
            return null;
        var within = Math.Clamp(quantile, 0.001, 0.999);
        return Math.Round(sum / requests * Math.Exp(0.4 * Math.Log(within / (1 - within)) / 1.702), 1);
    }

    /// <summary>Requests per minute, hour by hour, over all servers.</summary>
    private static List<double> Loads(List<ServiceHour> hours) =>
        [.. hours.GroupBy(hour => hour.Start).Select(group => group.Sum(hour => hour.Requests) / MinutesPerHour)];

    private static double Median(List<double> values)
    {
        if (values.Count == 0)
            return 0;
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    /// <summary>A recording says when predictions were made: each is a request.</summary>
    private List<ServiceHour> HoursOfPredictions(Slice slice)
    {
        var hours = new Dictionary<long, long>();
        foreach (ref readonly var prediction in predictions.Of(slice.Start, slice.End))
        {
            if (prediction.At > slice.Now || (slice.Host is not null && prediction.Host != slice.Host))
                continue;
            var hour = prediction.At.UtcTicks / TimeSpan.TicksPerHour;
            hours[hour] = hours.GetValueOrDefault(hour) + 1;
        }

        return
        [
            .. hours.Select(hour => new ServiceHour(
                new(hour.Key * TimeSpan.TicksPerHour, TimeSpan.Zero), slice.Host ?? "", hour.Value, hour.Value, 0, 0, 0))
        ];
    }

    private List<ServiceHour> HoursOf(Slice slice)
    {
        var (low, high) = (0, service.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (service[middle].Start < slice.Start)
                low = middle + 1;
            else
                high = middle;
        }

        var hours = new List<ServiceHour>();
        for (; low < service.Count && service[low].Start < slice.End && service[low].Start <= slice.Now; low++)
        {
            if (slice.Host is null || service[low].Host == slice.Host)
                hours.Add(service[low]);
        }

        return hours;
    }
}

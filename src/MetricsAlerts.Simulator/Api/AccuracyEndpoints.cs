using System.Text.Json.Nodes;
using MetricsAlerts.Metrics;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Accuracy, over a period and over time.</summary>
internal static class AccuracyEndpoints
{
    public static void Map(IEndpointRouteBuilder api, Question question)
    {
        api.MapGet("/deployments/{id}/accuracy/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => Whole(statistics, window, question.Now)));
        api.MapGet("/deployments/{id}/accuracyOverTime/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => OverTime(statistics, window, request, question.Now)));
    }

    private static JsonObject Whole(IDeploymentStatistics statistics, WindowParameters window, DateTimeOffset now)
    {
        var data = new JsonArray();
        var metrics = new JsonObject();
        foreach (var metric in ClassificationStatistics.Metrics)
        {
            var value = statistics.Accuracy(metric, window.Start, window.End, window.Host, window.Model, now);
            var baseline = statistics.Baseline(metric);
            double? change = value.Value is { } measured && baseline.Value is { } before && before != 0
                ? Math.Round(
                    (measured - before) / before * 100 * (MetricCatalogue.Find(metric).Direction == Direction.LowerIsBetter ? -1 : 1), 2)
                : null;
            data.Add(new JsonObject
            {
                ["modelId"] = window.Model,
                ["metricName"] = metric,
                ["value"] = value.Value,
                ["sampleSize"] = value.SampleSize,
                ["baselineValue"] = baseline.Value,
                ["baselineSampleSize"] = baseline.SampleSize,
                ["percentChange"] = change,
            });
            metrics[metric] = new JsonObject { ["value"] = value.Value, ["baselineValue"] = baseline.Value, ["percentChange"] = change };
        }

        return new()
        {
            ["period"] = Answers.Period(window.Start, window.End),
            ["modelId"] = window.Model,
            ["data"] = data,
            ["metrics"] = metrics,
        };
    }

    private static IResult OverTime(IDeploymentStatistics statistics, WindowParameters window, HttpRequest request, DateTimeOffset now)
    {
        if (Question.Metric(request, "Accuracy", ClassificationStatistics.Metrics) is not { } metric)
            return Question.Invalid("metric", $"must be one of {string.Join(", ", ClassificationStatistics.Metrics)}");
        Statistic Compute(DateTimeOffset start, DateTimeOffset end) =>
            statistics.Accuracy(metric, start, end, window.Host, window.Model, now);
        var summary = metric == "AUC"
            ? Compute(window.Start, window.End)
            : Mean(window.Buckets().Select(bucket => Compute(bucket.Start, bucket.End)));
        return Question.Json(OverTimeAnswer.Write(metric, window, Compute, summary, statistics.Baseline(metric)));
    }

    /// <summary>
    /// The metric over all rows, from that over the rows of each bucket; true of means over rows, as Accuracy and LogLoss are.
    /// </summary>
    private static Statistic Mean(IEnumerable<Statistic> buckets)
    {
        var (sum, rows) = (0.0, 0L);
        foreach (var bucket in buckets)
        {
            sum += (bucket.Value ?? 0) * bucket.SampleSize;
            rows += bucket.SampleSize;
        }

        return new(rows == 0 ? null : sum / rows, rows);
    }
}

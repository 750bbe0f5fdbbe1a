using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>A world of thousands of alike deployments, for trying how the pipeline scales.</summary>
public static class SyntheticWorld
{
    private static readonly string[] Importance = ["CRITICAL", "HIGH", "MODERATE", "LOW"];

    /// <summary>Creates it.</summary>
    /// <param name="deployments">How many.</param>
    /// <param name="hosts">Prediction server hosts of each.</param>
    /// <param name="start">When the first prediction was made; floored to the hour.</param>
    /// <param name="duration">How long the story lasts.</param>
    public static SimulatedWorld Create(int deployments, int hosts, DateTimeOffset start, TimeSpan duration)
    {
        var begin = Timestamps.Floor(start, TimeSpan.FromHours(1));
        return new(
            [.. Enumerable.Range(0, deployments).Select(number => new SyntheticStatistics(Deployment(number, hosts, begin)))],
            begin,
            begin + duration);
    }

    private static SimulatedDeployment Deployment(int number, int hosts, DateTimeOffset start)
    {
        var label = $"model-{number.ToString("00000", CultureInfo.InvariantCulture)}";
        return new()
        {
            Id = HexId.From($"deployment/{label}"),
            Label = label,
            Importance = Importance[number % Importance.Length],
            Models = [(start, HexId.From($"model/{label}"))],
            Hosts = [.. Enumerable.Range(1, hosts).Select(host => $"10.{number / 256 % 256}.{number % 256}.{host}")],
            Start = start,
            Features = ["age", "income", "region"],
            CustomMetrics = [new(HexId.From($"custom/{label}"), "Cost per call", "$", "lowerIsBetter", 12)],
        };
    }
}

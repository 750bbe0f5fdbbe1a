namespace Simulation.World;

/// <summary>The metrics of the worlds, and what their values are like.</summary>
public static class Metrics
{
    /// <summary>Of a model, per host, with actuals that come late.</summary>
    public const string Accuracy = "Accuracy";

    /// <summary>Of the servers, per host; settled three hours after a window.</summary>
    public const string ResponseTime = "responseTime";

    /// <summary>Uploaded by a team; of the deployment as a whole.</summary>
    public const string Refunds = "refunds";

    /// <summary>Whether it exists per host.</summary>
    public static bool HasHosts(string metric) => metric != Refunds;

    /// <summary>Whether another model starts a fresh history.</summary>
    public static bool IsModelBound(string metric) => metric != ResponseTime;

    /// <summary>How late a value can be and still be read.</summary>
    public static int LatestHours(string metric) => metric == ResponseTime ? 2 : 72;

    /// <summary>A value for a weather; null for none.</summary>
    public static double? Value(string metric, Weather weather) => (metric, weather) switch
    {
        (_, Weather.Missing) => null,
        (Accuracy, Weather.Good) => 0.91,
        (Accuracy, Weather.Between) => 0.855,
        (Accuracy, Weather.Warning) => 0.82,
        (Accuracy, _) => 0.7,
        (ResponseTime, Weather.Good) => 120,
        (ResponseTime, Weather.Between) => 290,
        (ResponseTime, Weather.Warning) => 350,
        (ResponseTime, _) => 700,
        (_, Weather.Good) => 1,
        (_, Weather.Between) => 4.5,
        (_, Weather.Warning) => 6,
        _ => 12,
    };

    /// <summary>The rows of a window.</summary>
    public static long Rows(Weather weather) => weather switch { Weather.Missing => 0, Weather.Thin => 10, _ => 500 };
}

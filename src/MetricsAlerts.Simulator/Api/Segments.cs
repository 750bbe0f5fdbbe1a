using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The attributes that statistics can be cut by, and their values.</summary>
internal static class Segments
{
    public const string Host = "DataRobot-Host-IP";
    public const string Consumer = "DataRobot-Consumer";
    private const string RemoteIp = "DataRobot-Remote-IP";
    private const string ServiceHealth = "serviceHealth";

    /// <summary>The one consumer, and the one address from which it asks.</summary>
    private const string TheConsumer = "scoring@example.com";

    private const string TheAddress = "198.51.100.7";

    /// <summary>The monitoring type that an endpoint's statistics belong to.</summary>
    public static string MonitoringTypeOf(string endpoint) => endpoint switch
    {
        "serviceStats" or "serviceStatsOverTime" => ServiceHealth,
        "accuracy" or "accuracyOverTime" or "predictionsVsActualsOverTime" => "accuracy",
        _ => "dataDrift",
    };

    /// <summary>The attributes of a monitoring type; what is fixed beyond service health is not settled by any source.</summary>
    public static IReadOnlyList<string> AttributesOf(SimulatedDeployment deployment, string monitoringType, StrictSwitches strict) =>
        !deployment.HasSegmentAnalysis ? []
        : strict.SegmentsServiceOnly && monitoringType != ServiceHealth ? [Consumer]
        : [Consumer, RemoteIp, Host];

    public static IReadOnlyList<string> ValuesOf(SimulatedDeployment deployment, string? attribute) => attribute switch
    {
        Host => deployment.Hosts,
        Consumer => [TheConsumer],
        RemoteIp => [TheAddress],
        _ => [],
    };

    /// <summary>The host whose rows a segment has: null for those of all hosts, a name that no host has for none.</summary>
    public static string? HostOf(string? attribute, string? value) => (attribute, value) switch
    {
        (null, _) or (_, null) => null,
        (Host, { } host) => host,
        (Consumer, TheConsumer) or (RemoteIp, TheAddress) => null,
        _ => "no host",
    };
}

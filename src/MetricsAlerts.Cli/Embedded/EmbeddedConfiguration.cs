using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>
/// Where the embedded head's settings come from: a file <c>metrics-alerts.json</c>, the environment, and what a command sets.
/// </summary>
internal static class EmbeddedConfiguration
{
    public const string File = "metrics-alerts.json";

    public static IConfigurationRoot Build(Dictionary<string, string?> settings) => new ConfigurationBuilder()
        .AddJsonFile(Path.GetFullPath(File), optional: true)
        .AddInMemoryCollection(FromDataRobotEnvironment())
        .AddEnvironmentVariables()
        .AddInMemoryCollection(settings)
        .Build();

    /// <summary>The names that DataRobot's own clients use.</summary>
    public static Dictionary<string, string?> FromDataRobotEnvironment()
    {
        var settings = new Dictionary<string, string?>();
        if (Environment.GetEnvironmentVariable("DATAROBOT_ENDPOINT") is { Length: > 0 } endpoint)
            settings["DataRobot:Endpoint"] = endpoint;
        if (Environment.GetEnvironmentVariable("DATAROBOT_API_TOKEN") is { Length: > 0 } token)
            settings["DataRobot:ApiToken"] = token;
        return settings;
    }
}

namespace MetricsAlerts.Telemetry;

/// <summary>
/// How much both heads log. The stages write a line for what people may want to know: a tick, an alert that changed, a message to a
/// channel. The libraries beneath would write several for each request and each message, which costs more than everything else together.
/// </summary>
public static class LogVolume
{
    /// <summary>The log categories of which only warnings and what is worse are kept, each with all that begin so.</summary>
    public static IReadOnlyList<string> WarningsOnly { get; } =
        ["System.Net.Http.HttpClient", "Polly", "Microsoft.AspNetCore", "Azure", "Grpc"];
}

using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Telemetry;

/// <summary>
/// How much both heads log. The stages write a line for what people may want to know: a tick, an alert that changed, a message to a
/// channel. The libraries beneath would write several for each request and each message, which costs more than everything else together.
/// </summary>
public static class LogVolume
{
    /// <summary>
    /// The least level of the libraries' lines, by categories that begin so. Each try that fails is a warning of Polly, with its stack:
    /// what came of all tries the stage says in one line.
    /// </summary>
    public static IReadOnlyList<(string Category, LogLevel Least)> OfLibraries { get; } =
    [
        ("System.Net.Http.HttpClient", LogLevel.Warning),
        ("Polly", LogLevel.Error),
        ("Microsoft.AspNetCore", LogLevel.Warning),
        ("Azure", LogLevel.Warning),
        ("Grpc", LogLevel.Warning),
    ];
}

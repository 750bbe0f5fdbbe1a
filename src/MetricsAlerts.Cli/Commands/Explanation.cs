using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Notifying;
using MetricsAlerts.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Cli.Commands;

/// <summary>What went wrong, as people are told it: a line, and an exit code. Where it went wrong in the code is shown on demand.</summary>
internal static class Explanation
{
    /// <summary>Set to anything, it shows the stack trace of whatever ends a command.</summary>
    public const string DebugVariable = "METRICSALERTS_DEBUG";

    /// <summary>The line and the exit code of an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="data">The database file that the command was to work on; null when it has none.</param>
    public static (string Message, int ExitCode) Of(Exception exception, FileInfo? data) => exception switch
    {
        UsageException => (exception.Message, ExitCode.Usage),
        OptionsValidationException options => (string.Join(' ', SettingFailures.InPlainWords(options.Failures)), ExitCode.Usage),
        MetricSourceException or InvalidDataException or IOException or UnauthorizedAccessException or FailedException
            or ChannelConfigurationException =>
            (exception.Message, ExitCode.Failed),
        SqliteException sqlite => ($"The database file {data?.FullName ?? ""} cannot be used: {Reason(sqlite)}.", ExitCode.Failed),
        TableConflictException => ("Somebody else changed the same at this moment; run the command again.", ExitCode.Failed),
        _ => ($"Failed: {OneLine(exception.Message)} ({exception.GetType().Name}; {DebugVariable}=1 shows more)", ExitCode.Failed),
    };

    /// <summary>What SQLite says is <c>SQLite Error 14: 'unable to open database file'.</c></summary>
    private static string Reason(SqliteException exception)
    {
        var parts = exception.Message.Split('\'');
        return parts.Length == 3 ? parts[1] : OneLine(exception.Message);
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

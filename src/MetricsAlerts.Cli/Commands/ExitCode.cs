namespace MetricsAlerts.Cli.Commands;

/// <summary>What the process's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>It went well.</summary>
    public const int Fine = 0;

    /// <summary>It was tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>It was asked for in a way that makes no sense.</summary>
    public const int Usage = 2;
}

/// <summary>The command was asked for in a way that makes no sense; the message says what is allowed.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command failed; the message says why.</summary>
internal sealed class FailedException(string message) : Exception(message);

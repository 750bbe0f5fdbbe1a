namespace MetricsAlerts.Operations.Health;

/// <summary>One part of the process's health.</summary>
public interface IHealthCheck
{
    /// <summary>What it is about, in one word.</summary>
    string Name { get; }

    /// <summary>Whether the process can do its work without it.</summary>
    bool IsVital { get; }

    /// <summary>What is not well, for the log; null when it is well.</summary>
    Task<string?> FindProblemAsync(CancellationToken cancellationToken);
}

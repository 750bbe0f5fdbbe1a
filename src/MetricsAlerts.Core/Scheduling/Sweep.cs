namespace MetricsAlerts.Scheduling;

/// <summary>Once a tick, looks again at all that waits: whatever hint was lost, it heals within a tick.</summary>
public class Sweep
{
    /// <summary>Runs the sweep of a tick.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="knownDeployments">Every deployment that was ever collected and is not known to be gone.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public virtual Task RunAsync(DateTimeOffset tick, IReadOnlyCollection<string> knownDeployments, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}

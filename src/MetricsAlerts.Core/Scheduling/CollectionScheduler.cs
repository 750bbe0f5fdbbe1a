using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Scheduling;

/// <summary>
/// The stage Schedule, on a timer: deals the deployments into shards, one message each, and runs the sweep. A deployment always falls
/// into the same shard and a shard is a session, so that no deployment is collected twice at the same time, however late a tick is.
/// </summary>
public sealed class CollectionScheduler(
    DeploymentRoster roster, KnownDeployments known, TickOpening opening, Sweep sweep, TimeProvider time)
{
    /// <summary>Begins a tick and returns its time; <see cref="TickReports"/> says how far it is.</summary>
    /// <exception cref="MetricSourceException">The list of deployments cannot be read; the sweep has run all the same.</exception>
    public async Task<DateTimeOffset> RunAsync(CancellationToken cancellationToken)
    {
        using var activity = PipelineMetrics.Source.StartActivity("schedule");
        var tick = time.GetUtcNow();
        var attempts = await known.ListAsync(cancellationToken);
        try
        {
            await BeginAsync(tick, attempts, cancellationToken);
        }
        finally
        {
            await sweep.RunAsync(tick, [.. attempts.Keys], cancellationToken);
        }

        return tick;
    }

    private async Task BeginAsync(
        DateTimeOffset tick, IReadOnlyDictionary<string, DateTimeOffset> attempts, CancellationToken cancellationToken)
    {
        try
        {
            await opening.OpenAsync(tick, await roster.ListAsync(attempts.Keys, cancellationToken), attempts, cancellationToken);
        }
        catch (MetricSourceException exception)
        {
            // A tick that sees nothing is a tick all the same: rules on the pipeline's own metrics must hear of it.
            var nothing = new RosterListing([], [], [new("", "every deployment", exception.Message)]);
            await opening.OpenAsync(tick, nothing, attempts, cancellationToken);
            throw;
        }
    }
}

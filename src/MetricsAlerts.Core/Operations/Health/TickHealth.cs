using MetricsAlerts.Formats;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Operations.Health;

/// <summary>Whether ticks go on. A process that began of late has had no time for one.</summary>
internal sealed class TickHealth(TickReports reports, IOptions<HealthOptions> options, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Default = TimeSpan.FromHours(1);

    private readonly DateTimeOffset _began = time.GetUtcNow();

    public string Name => "lastTick";

    public bool IsVital => true;

    public async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        var within = options.Value.LastTickWithin ?? Default;
        var last = (await reports.LoadAsync(cancellationToken))?.Report.At;
        var reference = last > _began ? last.Value : _began;
        return time.GetUtcNow() - reference <= within
            ? null
            : $"The last tick began {(last is { } at ? $"at {Timestamps.Format(at)}" : "never")}, more than " +
                $"{Durations.Format(within)} ago.";
    }
}

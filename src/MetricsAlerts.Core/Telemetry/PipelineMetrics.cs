using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MetricsAlerts.Telemetry;

/// <summary>The pipeline's own measurements and traces, under the name <see cref="Name"/> for OpenTelemetry.</summary>
public sealed class PipelineMetrics : IDisposable
{
    /// <summary>The name of the meter and of the trace source.</summary>
    public const string Name = "MetricsAlerts";

    private readonly Meter _meter;

    /// <summary>Creates the instruments.</summary>
    public PipelineMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        WindowsCollected = _meter.CreateCounter<long>("metricsalerts.windows.collected", "{window}", "New and revised windows published.");
        WindowsEvaluated = _meter.CreateCounter<long>("metricsalerts.windows.evaluated", "{window}", "Windows folded in and evaluated.");
        AlertChanges = _meter.CreateCounter<long>("metricsalerts.alerts.changes", "{change}", "Alerts that opened, closed or changed.");
        Notifications = _meter.CreateCounter<long>("metricsalerts.notifications", "{notification}", "Delivery attempts, by outcome.");
        CollectionFailures = _meter.CreateCounter<long>(
            "metricsalerts.collection.failures", "{deployment}", "Deployments that could not be collected in a tick.");
        DeadLetters = _meter.CreateGauge<int>(
            "metricsalerts.dead_letters", "{message}", "Messages that could not be processed and wait for people, by queue.");
        QueueLag = _meter.CreateHistogram<double>(
            "metricsalerts.queue.lag", "s", "How long a message waited until a stage took it up, by queue.");
        Series = new(_meter);
    }

    /// <summary>Where activities start.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>New and revised windows published.</summary>
    public Counter<long> WindowsCollected { get; }

    /// <summary>Windows folded in and evaluated.</summary>
    public Counter<long> WindowsEvaluated { get; }

    /// <summary>Alerts that opened, closed or changed.</summary>
    public Counter<long> AlertChanges { get; }

    /// <summary>Delivery attempts, by outcome.</summary>
    public Counter<long> Notifications { get; }

    /// <summary>Deployments that could not be collected in a tick.</summary>
    public Counter<long> CollectionFailures { get; }

    /// <summary>Messages that could not be processed and wait for people, by queue.</summary>
    public Gauge<int> DeadLetters { get; }

    /// <summary>How long a message waited until a stage took it up, by queue.</summary>
    public Histogram<double> QueueLag { get; }

    /// <summary>The newest value of every series, and how the rules on it stand.</summary>
    public SeriesGauges Series { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}

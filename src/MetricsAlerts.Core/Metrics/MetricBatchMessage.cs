using System.Diagnostics;
using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.Metrics;

/// <summary>A metric batch as a message of the queue <c>metric-windows</c>.</summary>
public static class MetricBatchMessage
{
    /// <summary>The message; its session is the deployment.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="why">Makes the id different from that of other messages of the same content.</param>
    public static QueueMessage ToMessage(this MetricBatch batch, string why) => new(
        DerivedId.From("look", batch.DeploymentId, why), SessionId.From("deployment", batch.DeploymentId), MetricBatch.SchemaName,
        JsonSerializer.SerializeToUtf8Bytes(batch, MetricJson.Default.MetricBatch))
    { TraceParent = Activity.Current?.Id };
}

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>Metric batches as messages of the queue <c>metric-windows</c>.</summary>
internal static class MetricBatches
{
    /// <summary>Windows in one message: about 130 bytes each, far below Service Bus's 256 KiB.</summary>
    private const int MaxWindowsPerMessage = 1000;

    /// <summary>The windows of an instance, a back-fill apart from what is current, in as many messages as it takes.</summary>
    public static IEnumerable<QueueMessage> Of(Deployment deployment, string instance, IReadOnlyList<SeriesChanges> changes, long version)
    {
        var windows = changes.Where(change => change.Windows.Count > 0).Select(change => new SeriesWindows(change.Name.Metric, change.Name.Bucket, change.Windows)).ToList();
        if (windows.Count > 0)
            yield return Message(new(deployment.Id) { Deployment = deployment, Reading = version, Instances = [new(instance, windows)] }, version);
    }

    /// <summary>A batch as a message whose id says that the same content of the same version is the same message.</summary>
    public static QueueMessage Message(MetricBatch batch, long version)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(batch, MetricJson.Default.MetricBatch);
        var id = DerivedId.From(batch.DeploymentId, version.ToString(CultureInfo.InvariantCulture), Convert.ToHexString(SHA256.HashData(body)));
        return new(id, SessionId.From("deployment", batch.DeploymentId), MetricBatch.SchemaName, body) { TraceParent = Activity.Current?.Id };
    }
}

/// <summary>New and revised windows of one series.</summary>
/// <param name="Name">The series.</param>
/// <param name="Windows">Oldest first.</param>
/// <param name="IsFirst">Whether nothing of the series was published before: the windows are history.</param>
internal sealed record SeriesChanges(SeriesName Name, List<MetricWindow> Windows, bool IsFirst);

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.Metrics;

/// <summary>Metric batches as messages of the queue <c>metric-windows</c>. A deployment is a session.</summary>
internal static class MetricBatchMessages
{
    /// <summary>The most JSON in one message, in bytes: Service Bus takes 256 KiB with everything around it.</summary>
    public const int MaxBytes = 200_000;

    private const int MaxSessionIdLength = 128;

    /// <summary>
    /// The batch as one message, or as several of which all but the last say that more follows: split between series, and a series that
    /// is too large for a message between windows.
    /// </summary>
    public static IReadOnlyList<QueueMessage> Of(MetricBatch batch)
    {
        var whole = JsonSerializer.SerializeToUtf8Bytes(batch, MetricJson.Default.MetricBatch);
        if (whole.Length <= MaxBytes)
            return [Message(batch, whole)];
        var parts = Split(batch);
        return [.. parts.Select((part, index) => Message(part with { MoreFollows = index < parts.Count - 1 }))];
    }

    /// <summary>The wish to look at a deployment again, in the session in which its batches are.</summary>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="why">Makes the id different from that of other wishes.</param>
    /// <param name="rulesVersion">The version of the rules that whoever wishes it has read; null when it has not.</param>
    public static QueueMessage Look(string deploymentId, string why, string? rulesVersion = null)
    {
        var batch = new MetricBatch(deploymentId) { RulesVersion = rulesVersion };
        var body = JsonSerializer.SerializeToUtf8Bytes(batch, MetricJson.Default.MetricBatch);
        var id = DerivedId.From("look", deploymentId, why);
        return new(id, SessionIdOf(deploymentId), MetricBatch.SchemaName, body) { TraceParent = Activity.Current?.Id };
    }

    private static List<MetricBatch> Split(MetricBatch batch)
    {
        var parts = new List<MetricBatch>();
        var rest = batch with { Instances = [], GoneInstances = [], GoneSeries = [], MoreFollows = true };
        var part = new Part(rest);
        foreach (var instance in batch.Instances)
        {
            foreach (var series in instance.Series.SelectMany(series => Pieces(series, part.Room(instance.Instance))))
            {
                var size = Size(series, MetricJson.Default.SeriesWindows);
                Add(() => size + part.SizeOf(instance.Instance), () => part.Add(instance.Instance, series));
            }
        }

        foreach (var gone in batch.GoneInstances)
            Add(() => Size(gone, MetricJson.Default.String), () => part.GoneInstances.Add(gone));
        foreach (var gone in batch.GoneSeries)
            Add(() => Size(gone, MetricJson.Default.GoneSeries), () => part.GoneSeries.Add(gone));
        parts.Add(part.ToBatch());
        return parts;

        void Add(Func<int> size, Action add)
        {
            if (!part.Fits(size()))
            {
                parts.Add(part.ToBatch());
                part = new(rest);
            }

            part.Take(size());
            add();
        }
    }

    /// <summary>The series whole where it fits into a message of its own, else in halves that do.</summary>
    private static IEnumerable<SeriesWindows> Pieces(SeriesWindows series, int room)
    {
        if (series.Windows.Count <= 1 || Size(series, MetricJson.Default.SeriesWindows) <= room)
            return [series];
        var half = series.Windows.Count / 2;
        return
        [
            .. Pieces(series with { Windows = [.. series.Windows.Take(half)] }, room),
            .. Pieces(series with { Windows = [.. series.Windows.Skip(half)] }, room),
        ];
    }

    private static int Size<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type).Length + 1;

    private static QueueMessage Message(MetricBatch batch) =>
        Message(batch, JsonSerializer.SerializeToUtf8Bytes(batch, MetricJson.Default.MetricBatch));

    /// <summary>
    /// The reading is a part of the id: a batch with the same content is a duplicate only when it is of the same reading.
    /// </summary>
    private static QueueMessage Message(MetricBatch batch, byte[] body)
    {
        var reading = batch.Reading.ToString(CultureInfo.InvariantCulture);
        var id = DerivedId.From(batch.DeploymentId, reading, Convert.ToHexString(SHA256.HashData(body)));
        return new(id, SessionIdOf(batch.DeploymentId), MetricBatch.SchemaName, body) { TraceParent = Activity.Current?.Id };
    }

    private static string SessionIdOf(string deploymentId) =>
        deploymentId.Length <= MaxSessionIdLength ? deploymentId : DerivedId.From(deploymentId);

    /// <summary>One message of a split batch, as it fills up.</summary>
    private sealed class Part(MetricBatch rest)
    {
        private readonly List<(string Instance, List<SeriesWindows> Series)> _instances = [];
        private int _size = Size(rest, MetricJson.Default.MetricBatch);
        private bool _isEmpty = true;

        public List<string> GoneInstances { get; } = [];

        public List<GoneSeries> GoneSeries { get; } = [];

        public bool Fits(int size) => _isEmpty || _size + size <= MaxBytes;

        public void Take(int size)
        {
            _size += size;
            _isEmpty = false;
        }

        /// <summary>What an instance takes beside its series; nothing where it is in the message already.</summary>
        public int SizeOf(string instance) =>
            _instances is [.., var last] && last.Instance == instance ? 0 : SizeOfEmpty(instance);

        /// <summary>What a message that holds nothing else has room for.</summary>
        public int Room(string instance) => MaxBytes - Size(rest, MetricJson.Default.MetricBatch) - SizeOfEmpty(instance);

        public void Add(string instance, SeriesWindows series)
        {
            if (_instances is not [.., var last] || last.Instance != instance)
                _instances.Add(last = (instance, []));
            last.Series.Add(series);
        }

        public MetricBatch ToBatch() => rest with
        {
            Instances = [.. _instances.Select(instance => new InstanceWindows(instance.Instance, instance.Series))],
            GoneInstances = GoneInstances,
            GoneSeries = GoneSeries,
        };

        private static int SizeOfEmpty(string instance) => Size(new(instance, []), MetricJson.Default.InstanceWindows);
    }
}

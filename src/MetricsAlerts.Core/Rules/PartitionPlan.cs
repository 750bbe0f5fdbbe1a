using MetricsAlerts.Storage;

namespace MetricsAlerts.Rules;

/// <summary>What has to be done to a partition.</summary>
internal sealed record PartitionPlan(
    string Partition, IReadOnlyList<TableOperation> Writes, IReadOnlyList<TableOperation> Removals, int Added, int Changed, int Unchanged)
{
    public static PartitionPlan For(
        string partition, Dictionary<string, IReadOnlyDictionary<string, string>> wanted, IReadOnlyList<TableRow> stored)
    {
        var before = stored.ToDictionary(row => row.RowKey, StringComparer.Ordinal);
        var different = wanted.Where(one => !IsSame(before.GetValueOrDefault(one.Key), one.Value)).ToList();
        var added = different.Count(one => !before.ContainsKey(one.Key));
        return new(
            partition,
            [.. different.Select(one => TableOperation.Save(Row(one.Key, one.Value, before.GetValueOrDefault(one.Key)?.ETag ?? "")))],
            [.. stored.Where(row => !wanted.ContainsKey(row.RowKey)).Select(row => new TableOperation.Delete(row.RowKey, row.ETag))],
            added, different.Count - added, wanted.Count - different.Count);
    }

    public IEnumerable<(string Partition, TableOperation[] Operations)> Batches(IEnumerable<TableOperation> operations) =>
        operations.Chunk(TableLimits.MaxBatchOperations).Select(batch => (Partition, batch));

    private static TableRow Row(string key, IReadOnlyDictionary<string, string> fields, string etag) =>
        new(key, fields.ToDictionary(field => field.Key, field => (object)field.Value)) { ETag = etag };

    private static bool IsSame(TableRow? row, IReadOnlyDictionary<string, string> fields) =>
        row is not null && row.Properties.Count == fields.Count && fields.All(field => row.Text(field.Key) == field.Value);
}

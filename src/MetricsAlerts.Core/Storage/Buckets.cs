using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace MetricsAlerts.Storage;

/// <summary>
/// Spreads what would be one partition over sixteen. Table Storage writes some 2,000 rows a second to a partition; what every deployment
/// writes to at the same moment must not wait for that.
/// </summary>
internal static class Buckets
{
    /// <summary>How many partitions there are instead of one.</summary>
    public const int Count = 16;

    /// <summary>The partition in which what belongs to a key is: the same one each time.</summary>
    public static string PartitionOf(string name, string key) =>
        Partition(name, BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) % Count);

    /// <summary>Every partition of a name.</summary>
    public static IEnumerable<string> PartitionsOf(string name)
    {
        for (var bucket = 0u; bucket < Count; bucket++)
            yield return Partition(name, bucket);
    }

    /// <summary>The rows of every partition of a name, in the order of their keys.</summary>
    public static async IAsyncEnumerable<TableRow> QueryBucketsAsync(
        this ITable table, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var partitions = new List<IAsyncEnumerator<TableRow>>(Count);
        try
        {
            var next = new PriorityQueue<IAsyncEnumerator<TableRow>, string>(StringComparer.Ordinal);
            foreach (var partition in PartitionsOf(name))
            {
                var rows = table.QueryAsync(partition, RowKeyRange.All, cancellationToken).GetAsyncEnumerator(cancellationToken);
                partitions.Add(rows);
                if (await rows.MoveNextAsync())
                    next.Enqueue(rows, rows.Current.RowKey);
            }

            while (next.TryDequeue(out var rows, out _))
            {
                yield return rows.Current;
                if (await rows.MoveNextAsync())
                    next.Enqueue(rows, rows.Current.RowKey);
            }
        }
        finally
        {
            foreach (var rows in partitions)
                await rows.DisposeAsync();
        }
    }

    private static string Partition(string name, uint bucket) => $"{name}|{bucket:x}";
}

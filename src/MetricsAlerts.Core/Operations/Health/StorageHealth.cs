using MetricsAlerts.Storage;

namespace MetricsAlerts.Operations.Health;

/// <summary>
/// Whether the tables can be written and read: tried at most every <see cref="TryAgainAfter"/>, whoever asks and however often.
/// </summary>
internal sealed class StorageHealth(ITableStore tables, TimeProvider time) : IHealthCheck
{
    private const string Partition = "health";
    private const string Row = "written";

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(10);

    private readonly ITable _table = tables.GetTable(PipelineTables.Collections);
    private long? _writtenAt;

    public string Name => "storage";

    public bool IsVital => true;

    public async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        if (_writtenAt is { } writtenAt && time.GetElapsedTime(writtenAt) < TryAgainAfter)
            return null;
        _writtenAt = null;
        var now = time.GetUtcNow();
        var row = new TableRow(Row, new Dictionary<string, object> { ["at"] = now });
        await _table.CommitAsync(Partition, [new TableOperation.Upsert(row)], cancellationToken);
        if (await _table.GetAsync(Partition, Row, cancellationToken) is null)
            return "What was written is not there.";
        _writtenAt = time.GetTimestamp();
        return null;
    }
}

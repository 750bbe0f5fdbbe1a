using MetricsAlerts.Storage;

namespace MetricsAlerts.Cli.Demo;

/// <summary>How far the replay has got, kept beside the pipeline's state so that a demo that was killed goes on where it was.</summary>
internal sealed class DemoClock(ITableStore tables)
{
    private const string Partition = "demo";
    private const string Row = "clock";

    private readonly ITable _table = tables.GetTable("Demo");

    public async Task<DateTimeOffset?> LoadAsync(CancellationToken cancellationToken) =>
        (await _table.GetAsync(Partition, Row, cancellationToken))?.Time("now");

    public async Task SaveAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await _table.CommitAsync(
            Partition, [new TableOperation.Upsert(new(Row, new Dictionary<string, object> { ["now"] = now }))], cancellationToken);
}

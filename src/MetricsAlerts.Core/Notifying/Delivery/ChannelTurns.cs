using System.Collections.Concurrent;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>
/// How fast each channel may be asked. Its next turn is a row of the partition <c>turns</c> in the table <c>Destinations</c>: however many processes send,
/// together they keep the channel's pace. A channel without a pace costs nothing.
/// </summary>
internal sealed class ChannelTurns(ITableStore tables, TimeProvider time)
{
    private const string Partition = "turns";

    private readonly ITable _table = tables.GetTable(PipelineTables.Destinations);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Takes the channel's next turn, which is then nobody else's.</summary>
    public async Task<ChannelTurn> TakeAsync(string channel, TimeSpan between, CancellationToken cancellationToken)
    {
        // In one process the takers queue up; between processes the ETag decides.
        var gate = _gates.GetOrAdd(channel, _ => new(1, 1));
        // A token that can be cancelled would take the way back over the thread pool.
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            while (true)
            {
                if (await TryTakeAsync(channel, between, cancellationToken) is { } turn)
                    return turn;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<ChannelTurn?> TryTakeAsync(string channel, TimeSpan between, CancellationToken cancellationToken)
    {
        var row = await _table.GetAsync(Partition, channel, cancellationToken);
        var now = time.GetUtcNow();

        var turn = row?.Time("next") is { } next && next > now && row.Time("givenAt") is { } givenAt && new ChannelTurn(next, givenAt).IsPlausible(now) ? next : now;
        var taken = new TableRow(channel, new Dictionary<string, object> { ["next"] = turn + between, ["givenAt"] = now }) { ETag = row?.ETag ?? "" };
        try
        {
            await _table.CommitAsync(Partition, [TableOperation.Save(taken)], cancellationToken);
            return new(turn, now);
        }
        catch (TableConflictException)
        {
            // Another process took that turn.
            return null;
        }
    }
}

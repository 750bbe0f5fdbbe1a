using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>
/// Silences in the table <c>Silences </c>, one readable row each. Those that are not over are read at most every <see cref="CacheTime"/>,
/// and when this process has changed one.
/// </summary>
public sealed partial class SilenceStore(ITableStore tables, RuleStore rules, TimeProvider time, ILogger<SilenceStore> logger)
{
    /// <summary>How long silences are used before they are read again.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(10);

    /// <summary>The longest silence, and how far ahead it may start.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromDays(365);

    /// <summary>The most silences that are not over.</summary>
    public const int MaxSilences = 10_000;

    private const string Partition = "silence";
    private const string LinkPrefix = "link-";
    private const int MaxTries = 3;

    private readonly ITable _table = tables.GetTable(PipelineTables.Silences);
    private Cached? _cached;
    private int _changes;

    /// <summary>The silences that hold at a time, which is now: those that were over when they were last read are not among them.</summary>
    public async ValueTask<IReadOnlyList<Silence>> GetActiveAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        [.. (await GetCurrentAsync(cancellationToken)).Where(silence => silence.IsOn(now))];

    /// <summary>Every silence, over ones too, in order of their ids.</summary>
    public async Task<IReadOnlyList<Silence>> ListAsync(CancellationToken cancellationToken)
    {
        var silences = new List<Silence>();
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
        {
            if (Read(row) is { } silence)
                silences.Add(silence);
        }

        return silences;
    }

    /// <summary>Begins a silence.</summary>
    /// <param name="match">Which alerts.</param>
    /// <param name="start">From when on.</param>
    /// <param name="duration">How long.</param>
    /// <param name="createdBy">Who says so.</param>
    /// <param name="comment">Why.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SilenceRefusedException">
    /// It would mute everything, or nothing, or for too long; the message says what is allowed.
    /// </exception>
    public Task<Silence> AddAsync(
        AlertMatcher match, DateTimeOffset start, TimeSpan duration, string createdBy, string comment, CancellationToken cancellationToken)
    {
        SilenceRequest.CheckTimes(start, duration, time.GetUtcNow());
        return AddAsync(match, start, start + duration, createdBy, comment, cancellationToken);
    }

    /// <summary>Begins a silence that ends at a time.</summary>
    /// <exception cref="SilenceRefusedException">
    /// It would mute everything, or nothing, or for too long; the message says what is allowed.
    /// </exception>
    public async Task<Silence> AddAsync(AlertMatcher match, DateTimeOffset start, DateTimeOffset end, string createdBy, string comment, CancellationToken cancellationToken)
    {
        SilenceRequest.CheckTimes(start, end - start, time.GetUtcNow());
        SilenceRequest.CheckTexts(match, createdBy, comment);
        SilenceRequest.CheckMatch(match, (await rules.GetAsync(cancellationToken)).Rules);
        await CheckRoomAsync(cancellationToken);
        var silence = new Silence(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), match, start, end, createdBy, comment);
        await CommitAsync(new TableOperation.Insert(SilenceRow.Write(silence)), cancellationToken);
        return silence;
    }

    /// <summary>
    /// Silences one alert from now on, as the link in a message does. There is one such silence for each alert: asking again makes it last
    /// longer.
    /// </summary>
    /// <param name="alertId">The alert.</param>
    /// <param name="match">What matches the alert.</param>
    /// <param name="duration">How long from now on.</param>
    /// <param name="createdBy">Who says so.</param>
    /// <param name="comment">Why.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SilenceRefusedException">There are too many silences.</exception>
    public async Task<Silence> AddForAlertAsync(
        string alertId, AlertMatcher match, TimeSpan duration, string createdBy, string comment, CancellationToken cancellationToken)
    {
        var id = LinkPrefix + DerivedId.From(alertId);
        for (var tries = 1; ; tries++)
        {
            var now = time.GetUtcNow();
            var row = await _table.GetAsync(Partition, id, cancellationToken);
            var before = row is null ? null : Read(row);
            if (before is null)
                await CheckRoomAsync(cancellationToken);
            else if (before.End >= now + duration)
                return before;
            var silence = new Silence(
                id, match, before is not null && before.IsOn(now) ? before.Start : now, now + duration, createdBy, comment);
            try
            {
                await CommitAsync(TableOperation.Save(SilenceRow.Write(silence) with { ETag = row?.ETag ?? "" }), cancellationToken);
                return silence;
            }
            catch (TableConflictException) when (tries < MaxTries)
            {
                // A double click: the other one was first.
            }
        }
    }

    /// <summary>A silence, over or not; null when there is none.</summary>
    public async Task<Silence?> FindAsync(string id, CancellationToken cancellationToken) =>
        id.Length <= TableLimits.MaxKeyLength && await _table.GetAsync(Partition, id, cancellationToken) is { } row ? Read(row) : null;

    /// <summary>Gives a silence that is not over another end, author and comment; what it matches and its start stay.</summary>
    /// <exception cref="SilenceRefusedException">It would last too long, or is over.</exception>
    public async Task<Silence> ChangeAsync(
        string id, DateTimeOffset end, string createdBy, string comment, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var now = time.GetUtcNow();
            var row = await _table.GetAsync(Partition, id, cancellationToken);
            if (row is null || Read(row) is not { } before || before.End <= now)
                throw new SilenceRefusedException($"There is no silence '{id}' that is not over.");
            SilenceRequest.CheckTimes(now, end - now, now);
            SilenceRequest.CheckTexts(before.Match, createdBy, comment);
            var changed = before with { End = end, CreatedBy = createdBy, Comment = comment };
            try
            {
                await CommitAsync(new TableOperation.Replace(SilenceRow.Write(changed) with { ETag = row.ETag }), cancellationToken);
                return changed;
            }
            catch (TableConflictException) when (tries < MaxTries)
            {
                // Somebody else changes it, too: the last word counts.
            }
        }
    }

    /// <summary>Ends a silence now. Returns false when there is no such silence or it is over.</summary>
    public async Task<bool> ExpireAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (id.Length > TableLimits.MaxKeyLength || await _table.GetAsync(Partition, id, cancellationToken) is not { } row)
            return false;
        if (Read(row) is not { } silence || silence.End <= now)
            return false;
        await CommitAsync(
            new TableOperation.Replace(SilenceRow.Write(silence with { End = now }) with { ETag = row.ETag }), cancellationToken);
        return true;
    }

    /// <summary>Forgets silences that were over before a time. Returns how many.</summary>
    internal async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var over = (await ListAsync(cancellationToken)).Where(silence => silence.End < before).ToList();
        foreach (var batch in over.Chunk(TableLimits.MaxBatchOperations))
            await _table.CommitAsync(Partition, [.. batch.Select(silence => new TableOperation.Delete(silence.Id, "*"))], cancellationToken);
        return over.Count;
    }

    private async Task CheckRoomAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if ((await GetCurrentAsync(cancellationToken)).Count(silence => silence.End > now) >= MaxSilences)
            throw new SilenceRefusedException(
                $"There are {MaxSilences} silences that are not over, and no more are allowed; end some first.");
    }

    private async Task CommitAsync(TableOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            await _table.CommitAsync(Partition, [operation], cancellationToken);
        }
        finally
        {
            Interlocked.Increment(ref _changes);
        }
    }

    /// <summary>Those that are not over. The age of what was read is measured on a clock that nobody sets.</summary>
    private async ValueTask<IReadOnlyList<Silence>> GetCurrentAsync(CancellationToken cancellationToken)
    {
        var changes = Volatile.Read(ref _changes);
        if (Volatile.Read(ref _cached) is { } cached && cached.Changes == changes && time.GetElapsedTime(cached.At) < CacheTime)
            return cached.Silences;
        var (at, now) = (time.GetTimestamp(), time.GetUtcNow());
        var silences = new List<Silence>();
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
        {
            if (SilenceRow.End(row) > now && Read(row) is { } silence)
                silences.Add(silence);
        }

        Volatile.Write(ref _cached, new(silences, changes, at));
        return silences;
    }

    private Silence? Read(TableRow row)
    {
        if (SilenceRow.Read(row) is { } silence)
            return silence;
        Log.BadRow(logger, row.RowKey);
        return null;
    }

    private sealed record Cached(IReadOnlyList<Silence> Silences, int Changes, long At);

    private static partial class Log
    {
        [LoggerMessage(EventId = 520, Level = LogLevel.Error, Message = "Silence {Id} cannot be read and mutes nothing")]
        public static partial void BadRow(ILogger logger, string id);
    }
}

using MetricsAlerts.Storage;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Rules;

/// <summary>
/// The rules, channels, routes, inhibitions and maintenance windows that are stored, compiled and used for a while before they are read
/// again.
/// </summary>
public sealed partial class RuleStore(ITableStore tables, TimeProvider time, ILogger<RuleStore> logger) : IDisposable
{
    /// <summary>How long rules are used before they are read again.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);

    private readonly RuleTable _table = new(tables);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private Cached? _cached;

    /// <summary>The current rules, at most <see cref="CacheTime"/> old.</summary>
    public ValueTask<RuleSet> GetAsync(CancellationToken cancellationToken) =>
        Fresh() is { } fresh ? new(fresh) : new(ReadAsync(isForced: false, cancellationToken));

    /// <summary>The rules as they are stored now.</summary>
    public Task<RuleSet> RefreshAsync(CancellationToken cancellationToken) => ReadAsync(isForced: true, cancellationToken);

    private async Task<RuleSet> ReadAsync(bool isForced, CancellationToken cancellationToken)
    {
        // Without the token: a wait that can be cancelled goes on, on a thread of the pool.
        await _loading.WaitAsync(CancellationToken.None);
        try
        {
            if (!isForced && Fresh() is { } loaded)
                return loaded;
            var known = _cached?.Rules;
            var stored = await _table.ReadAsync(known?.Version ?? "", cancellationToken);
            _cached = new(known is not null && known.Version == stored.Version ? known : Compile(stored), time.GetTimestamp());
            return _cached.Rules;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Reads everything that is stored, with what is wrong with it.</summary>
    public async Task<RuleFile> LoadAsync(CancellationToken cancellationToken) =>
        (await _table.ReadAsync(knownVersion: "", cancellationToken)).Parse().File;

    /// <summary>
    /// Makes what is stored of the sections of <paramref name="file"/> that which the file says, and says how much changed. Other sections
    /// stay as they are.
    /// </summary>
    /// <exception cref="InvalidDataException">The file has errors; nothing is changed.</exception>
    public async Task<RuleChanges> ApplyAsync(RuleFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await _table.ApplyAsync(file, cancellationToken);
        }
        finally
        {
            // Also when it failed half-way. Whoever is loading at this moment may have read what was there before.
            await _loading.WaitAsync(CancellationToken.None);
            _cached = null;
            _loading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    /// <summary>The age is measured on a clock that nobody sets.</summary>
    private RuleSet? Fresh() => _cached is { } cached && time.GetElapsedTime(cached.At) < CacheTime ? cached.Rules : null;

    private RuleSet Compile(StoredRules stored)
    {
        var (file, unreadable) = stored.Parse();
        foreach (var diagnostic in file.Diagnostics)
            Log.BadEntity(logger, diagnostic.File, diagnostic.Message);
        return new(file.Rules, file.Channels, file.Routes)
        {
            Inhibitions = file.Inhibitions is { Count: > 0 } inhibitions ? inhibitions : [InhibitionDefinition.NoActuals],
            Maintenance = file.Maintenance,
            Unreadable = unreadable,
            Version = stored.Version,
        };
    }

    private sealed record Cached(RuleSet Rules, long At);

    private static partial class Log
    {
        [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "Stored entity {Entity} is not used: {Problem}")]
        public static partial void BadEntity(ILogger logger, string entity, string problem);
    }
}

using System.Globalization;
using MetricsAlerts.Rules.Yaml;
using MetricsAlerts.Storage;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Rules;

/// <summary>
/// Rules, channels and routes in the table <c>Rules</c>: one readable entity each, whose properties are the keys of the rule file with
/// their values in its notation, so that a person can edit a threshold in Storage Explorer. An entity that does not parse disables only itself.
/// </summary>
public sealed partial class RuleStore(ITableStore tables, TimeProvider time, ILogger<RuleStore> logger) : IDisposable
{
    /// <summary>How long rules are used before they are read again.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);

    private const string RulePartition = "rule";
    private const string ChannelPartition = "channel";
    private const string RoutePartition = "route";
    private const string InhibitionPartition = "inhibition";
    private const string MaintenancePartition = "maintenance";

    private static readonly (string Partition, string Key)[] Partitions = [(RulePartition, "rules"), (ChannelPartition, "channels"), (RoutePartition, "routes"), (InhibitionPartition, "inhibit"), (MaintenancePartition, "maintenance")];

    private readonly ITable _table = tables.GetTable(PipelineTables.Rules);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private Cached? _cached;

    /// <summary>The current rules, at most <see cref="CacheTime"/> old.</summary>
    public async ValueTask<RuleSet> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
            return fresh;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } loaded)
                return loaded;
            var stored = await ReadAsync(cancellationToken);
            var version = string.Join(' ', stored.Select(entity => entity.Row.ETag));
            if (_cached is { } cached && cached.Version == version)
                _cached = cached with { At = time.GetUtcNow() };
            else
                _cached = new(Compile(stored), version, time.GetUtcNow());
            return _cached.Rules;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Reads everything that is stored, with what is wrong with it.</summary>
    public async Task<RuleFile> LoadAsync(CancellationToken cancellationToken) => Parse(await ReadAsync(cancellationToken));

    /// <summary>Makes the stored rules, channels and routes those of <paramref name="file"/>, and says how many changed.</summary>
    public async Task<RuleChanges> ApplyAsync(RuleFile file, CancellationToken cancellationToken)
    {
        var changes = await ReplaceAsync(RulePartition, file.Rules.ToDictionary(rule => rule.Name, RuleFields.Of), cancellationToken);
        changes += await ReplaceAsync(ChannelPartition, file.Channels.ToDictionary(channel => channel.Name, RuleFields.Of), cancellationToken);
        changes += await ReplaceAsync(RoutePartition, InOrder(file.Routes, RuleFields.Of), cancellationToken);
        changes += await ReplaceAsync(InhibitionPartition, InOrder(file.Inhibitions ?? [], RuleFields.Of), cancellationToken);
        changes += await ReplaceAsync(MaintenancePartition, file.Maintenance.ToDictionary(window => window.Name, RuleFields.Of), cancellationToken);
        _cached = null;
        return changes;
    }

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private RuleSet? Fresh() => _cached is { } cached && time.GetUtcNow() - cached.At < CacheTime ? cached.Rules : null;

    private RuleSet Compile(IReadOnlyList<StoredEntity> stored)
    {
        var file = Parse(stored);
        foreach (var diagnostic in file.Diagnostics)
            Log.BadEntity(logger, diagnostic.File, diagnostic.Message);
        return new(file.Rules, file.Channels, file.Routes)
        {
            Inhibitions = file.Inhibitions is { Count: > 0 } inhibitions ? inhibitions : [InhibitionDefinition.NoActuals],
            Maintenance = file.Maintenance,
        };
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> InOrder<T>(IReadOnlyList<T> items, Func<T, IReadOnlyDictionary<string, string>> fields) =>
        items.Select((item, index) => (Key: $"{index:0000}", Item: item)).ToDictionary(pair => pair.Key, pair => fields(pair.Item));

    private async Task<IReadOnlyList<StoredEntity>> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = new List<StoredEntity>();
        foreach (var (partition, key) in Partitions)
        {
            await foreach (var row in _table.QueryAsync(partition, RowKeyRange.All, cancellationToken))
                stored.Add(new(partition, key, row));
        }

        return stored;
    }

    private static RuleFile Parse(IEnumerable<StoredEntity> stored)
    {
        var files = stored.Select(entity => RuleFile.ParsePart(ToYaml(entity.Row, entity.Key), $"Rules/{entity.Partition}/{entity.Row.RowKey}")).ToList();
        return new(
            [.. files.SelectMany(file => file.Rules)], [.. files.SelectMany(file => file.Channels)], [.. files.SelectMany(file => file.Routes)],
            [.. files.SelectMany(file => file.Diagnostics)])
        {
            Inhibitions = [.. files.SelectMany(file => file.Inhibitions ?? [])],
            Maintenance = [.. files.SelectMany(file => file.Maintenance)],
        };
    }

    private static string ToYaml(TableRow row, string key)
    {
        // A number or truth value that a person typed as such reads the same as its text.
        var lines = row.Properties
            .OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => $"  {property.Key}: {(property.Value is bool flag ? (flag ? "true" : "false") : Convert.ToString(property.Value, CultureInfo.InvariantCulture))}\n");
        return $"{key}:\n-\n{string.Concat(lines)}";
    }

    private async Task<RuleChanges> ReplaceAsync(
        string partition, Dictionary<string, IReadOnlyDictionary<string, string>> wanted, CancellationToken cancellationToken)
    {
        var stored = new Dictionary<string, TableRow>(StringComparer.Ordinal);
        await foreach (var row in _table.QueryAsync(partition, RowKeyRange.All, cancellationToken))
            stored[row.RowKey] = row;

        var operations = new List<TableOperation>();
        var changes = new RuleChanges(0, 0, 0, 0);
        foreach (var (key, fields) in wanted)
        {
            var row = new TableRow(key, fields.ToDictionary(field => field.Key, field => (object)field.Value)) { ETag = stored.GetValueOrDefault(key)?.ETag ?? "" };
            if (!stored.Remove(key, out var before))
                changes += new RuleChanges(1, 0, 0, 0);
            else if (IsSame(before, fields))
                changes += new RuleChanges(0, 0, 0, 1);
            else
                changes += new RuleChanges(0, 1, 0, 0);
            if (before is null || !IsSame(before, fields))
                operations.Add(TableOperation.Save(row));
        }

        foreach (var row in stored.Values)
        {
            operations.Add(new TableOperation.Delete(row.RowKey, row.ETag));
            changes += new RuleChanges(0, 0, 1, 0);
        }

        foreach (var batch in operations.Chunk(TableLimits.MaxBatchOperations))
            await _table.CommitAsync(partition, batch, cancellationToken);
        return changes;
    }

    private static bool IsSame(TableRow row, IReadOnlyDictionary<string, string> fields) =>
        row.Properties.Count == fields.Count && fields.All(field => row.Text(field.Key) == field.Value);

    private sealed record StoredEntity(string Partition, string Key, TableRow Row);

    private sealed record Cached(RuleSet Rules, string Version, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "Stored entity {Entity} is not used: {Problem}")]
        public static partial void BadEntity(ILogger logger, string entity, string problem);
    }
}

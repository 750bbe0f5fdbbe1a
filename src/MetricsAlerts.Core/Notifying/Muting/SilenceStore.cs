using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>Silences in the table <c>Silences</c>, one readable row each.</summary>
public sealed partial class SilenceStore(ITableStore tables, TimeProvider time)
{
    private const string Partition = "silence";

    private readonly ITable _table = tables.GetTable(PipelineTables.Silences);

    /// <summary>Every silence, over ones too, in order of their ids.</summary>
    public async Task<IReadOnlyList<Silence>> ListAsync(CancellationToken cancellationToken)
    {
        var silences = new List<Silence>();
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
            silences.Add(Read(row));
        return silences;
    }

    /// <summary>The silences that hold at a time.</summary>
    public async ValueTask<IReadOnlyList<Silence>> GetActiveAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(silence => silence.IsOn(now))];

    /// <summary>Begins a silence.</summary>
    /// <param name="match">Which alerts; it must ask for something.</param>
    /// <param name="start">From when on.</param>
    /// <param name="end">Until when; after now and after the start.</param>
    /// <param name="createdBy">Who says so.</param>
    /// <param name="comment">Why.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">It would mute everything, or nothing; the message says what is allowed.</exception>
    public async Task<Silence> AddAsync(AlertMatcher match, DateTimeOffset start, DateTimeOffset end, string createdBy, string comment, CancellationToken cancellationToken)
    {
        if (match.IsEmpty)
            throw new ArgumentException("A silence must say which alerts it is for, such as rule=NAME.", nameof(match));
        if (end <= start || end <= time.GetUtcNow())
            throw new ArgumentException("A silence must end after it starts, and in the future.", nameof(end));
        var silence = new Silence(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), match, start, end, createdBy, comment);
        await _table.CommitAsync(Partition, [new TableOperation.Insert(Write(silence))], cancellationToken);
        return silence;
    }

    /// <summary>Ends a silence now; alerts that it held and that are still open are told with the next tick. Returns false when there is no such silence or it is over.</summary>
    public async Task<bool> ExpireAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await _table.GetAsync(Partition, id, cancellationToken) is not { } row || Read(row) is not { } silence || silence.End <= now)
            return false;
        await _table.CommitAsync(Partition, [new TableOperation.Replace(Write(silence with { End = now }) with { ETag = row.ETag })], cancellationToken);
        return true;
    }

    /// <summary>Forgets silences that were over before a time. Answers how many.</summary>
    internal async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var over = (await ListAsync(cancellationToken)).Where(silence => silence.End < before).ToList();
        foreach (var batch in over.Chunk(TableLimits.MaxBatchOperations))
            await _table.CommitAsync(Partition, [.. batch.Select(silence => new TableOperation.Delete(silence.Id, "*"))], cancellationToken);
        return over.Count;
    }

    private static TableRow Write(Silence silence) => new(silence.Id, new Dictionary<string, object>
    {
        ["match"] = JsonSerializer.Serialize(silence.Match.Globs.ToDictionary(glob => glob.Key, glob => glob.Value.Text), SilenceJson.Default.DictionaryStringString),
        ["start"] = silence.Start,
        ["end"] = silence.End,
        ["createdBy"] = silence.CreatedBy,
        ["comment"] = silence.Comment,
    });

    private static Silence Read(TableRow row) => new(
        row.RowKey,
        new(JsonSerializer.Deserialize(row.Text("match") ?? "{}", SilenceJson.Default.DictionaryStringString)!.ToDictionary(pair => pair.Key, pair => new Glob(pair.Value))),
        row.Time("start") ?? default, row.Time("end") ?? default, row.Text("createdBy") ?? "", row.Text("comment") ?? "");

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class SilenceJson : JsonSerializerContext;
}

using MetricsAlerts.Formats;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Rules;

/// <summary>Everything that is stored.</summary>
/// <param name="Entities">The rows, partition by partition.</param>
internal sealed record StoredRules(IReadOnlyList<StoredEntity> Entities)
{
    /// <summary>Changes when anything stored does, and is the same in every process.</summary>
    public string Version { get; } = DerivedId.From(
        [.. Entities.SelectMany(entity => new[] { entity.Partition, entity.Row.RowKey, entity.Row.ETag })]);

    /// <summary>The rows of a partition.</summary>
    public IReadOnlyList<TableRow> Of(string partition) =>
        [.. Entities.Where(entity => entity.Partition == partition).Select(entity => entity.Row)];

    /// <summary>All entities that can be read, what is wrong with the others, and the names of the rules among those.</summary>
    public (RuleFile File, IReadOnlySet<string> Unreadable) Parse()
    {
        var files = Entities.Select(entity => (Entity: entity, File: entity.Parse())).ToList();
        var unreadable = files
            .Where(one => one.File.Rules.Count == 0 && one.Entity.Section == RuleSections.Rules)
            .Select(one => one.Entity.Row.RowKey);
        var file = new RuleFile(
            [.. files.SelectMany(one => one.File.Rules)],
            [.. files.SelectMany(one => one.File.Channels)],
            [.. files.SelectMany(one => one.File.Routes)],
            [.. files.SelectMany(one => one.File.Diagnostics)])
        {
            Inhibitions = [.. files.SelectMany(one => one.File.Inhibitions ?? [])],
            Maintenance = [.. files.SelectMany(one => one.File.Maintenance)],
        };
        return (file, unreadable.ToHashSet(StringComparer.Ordinal));
    }
}

using MetricsAlerts.Rules.Yaml;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Rules;

/// <summary>
/// The table <c>Rules </c>: one readable entity for each rule, channel, route, inhibition and maintenance window, whose properties are the
/// keys of the rule file with
/// their values in its notation. An entity that does not parse, whatever is in it, disables only itself.
/// </summary>
internal sealed class RuleTable(ITableStore tables)
{
    private const string RulePartition = "rule";
    private const string ChannelPartition = "channel";

    /// <summary>Readings of which two in a row must be the same to be of one moment.</summary>
    private const int MaxReadings = 5;

    private static readonly (string Partition, string Section)[] Partitions =
    [
        (RulePartition, RuleSections.Rules), (ChannelPartition, RuleSections.Channels), ("route", RuleSections.Routes),
        ("inhibition", RuleSections.Inhibit), ("maintenance", RuleSections.Maintenance),
    ];

    private readonly ITable _table = tables.GetTable(PipelineTables.Rules);

    /// <summary>
    /// Reads all entities as they were at one moment. Partitions are read one after the other, and somebody may apply a file meanwhile;
    /// what stands the same in two
    /// readings one after the other stood so between them, all of it. One that is known already is not read twice.
    /// </summary>
    public async Task<StoredRules> ReadAsync(string knownVersion, CancellationToken cancellationToken)
    {
        var stored = await ReadOnceAsync(cancellationToken);
        for (var reading = 1; stored.Version != knownVersion && reading < MaxReadings; reading++)
        {
            knownVersion = stored.Version;
            stored = await ReadOnceAsync(cancellationToken);
        }

        return stored;
    }

    /// <summary>
    /// Makes what is stored of the file's sections that which the file says. Channels are added first and removed last: no reader sees a
    /// rule that names a channel
    /// which is not there yet, or no longer. When it fails in between, applying the file again does the rest.
    /// </summary>
    /// <exception cref="InvalidDataException">The file has errors; nothing is changed.</exception>
    public async Task<RuleChanges> ApplyAsync(RuleFile file, CancellationToken cancellationToken)
    {
        if (file.HasErrors)
            throw new InvalidDataException(string.Join('\n', file.Diagnostics));
        var stored = await ReadAsync(knownVersion: "", cancellationToken);
        var plans = Partitions
            .Where(place => file.Sections.Contains(place.Section))
            .Select(place => PartitionPlan.For(place.Partition, FieldsOf(file, place.Section), stored.Of(place.Partition)))
            .ToList();
        var channels = plans.Find(plan => plan.Partition == ChannelPartition);

        // All batches are looked at before the first is written, so that no limit stops it in the middle.
        var batches = (channels?.Batches(channels.Writes) ?? [])
            .Concat(plans.Where(plan => plan != channels).SelectMany(plan => plan.Batches([.. plan.Writes, .. plan.Removals])))
            .Concat(channels?.Batches(channels.Removals) ?? [])
            .ToList();
        foreach (var (partition, operations) in batches)
            TableLimits.Check(partition, operations);
        foreach (var (partition, operations) in batches)
            await _table.CommitAsync(partition, operations, cancellationToken);

        var others = Partitions.Where(place => !file.Sections.Contains(place.Section));
        return new(
            plans.Sum(plan => plan.Added),
            plans.Sum(plan => plan.Changed),
            plans.Sum(plan => plan.Removals.Count),
            plans.Sum(plan => plan.Unchanged))
        {
            LeftAlone = [.. others.Select(place => Describe(place.Section, stored.Of(place.Partition).Count)).OfType<string>()],
            Warnings = FindMissingChannels(file, stored.Parse().File),
        };
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> FieldsOf(RuleFile file, string section) => section switch
    {
        RuleSections.Rules => file.Rules.ToDictionary(rule => rule.Name, RuleFields.Of),
        RuleSections.Channels => file.Channels.ToDictionary(channel => channel.Name, RuleFields.Of),
        RuleSections.Routes => InOrder(file.Routes, RuleFields.Of),
        RuleSections.Inhibit => InOrder(file.Inhibitions ?? [], RuleFields.Of),
        _ => file.Maintenance.ToDictionary(window => window.Name, RuleFields.Of),
    };

    private static Dictionary<string, IReadOnlyDictionary<string, string>> InOrder<T>(
        IReadOnlyList<T> items, Func<T, IReadOnlyDictionary<string, string>> fields) =>
        items.Select((item, index) => (Key: $"{index:0000}", Item: item)).ToDictionary(pair => pair.Key, pair => fields(pair.Item));

    private static string? Describe(string section, int count) => (section, count) switch
    {
        (_, 0) => null,
        (RuleSections.Inhibit, 1) => "1 inhibition",
        (RuleSections.Inhibit, _) => $"{count} inhibitions",
        (RuleSections.Maintenance, 1) => "1 maintenance window",
        (RuleSections.Maintenance, _) => $"{count} maintenance windows",
        (_, 1) => $"1 {section[..^1]}",
        _ => $"{count} {section}",
    };

    /// <summary>
    /// What names a channel that is not there, when one of the two is in the file and the other was stored already; within a file, reading
    /// it says so.
    /// </summary>
    private static IReadOnlyList<string> FindMissingChannels(RuleFile file, RuleFile stored)
    {
        var fileHasChannels = file.Sections.Contains(RuleSections.Channels);
        var channels = (fileHasChannels ? file : stored).Channels.Select(channel => channel.Name).ToHashSet(StringComparer.Ordinal);
        var warnings = new List<string>();
        if (file.Sections.Contains(RuleSections.Rules) != fileHasChannels)
            Check((fileHasChannels ? stored : file).Rules.Select(rule => ($"rule '{rule.Name}'", rule.Notify)));
        if (file.Sections.Contains(RuleSections.Routes) != fileHasChannels)
            Check((fileHasChannels ? stored : file).Routes.Select((route, index) => ($"route {index + 1}", route.Notify)));
        return warnings;

        void Check(IEnumerable<(string What, IReadOnlyList<string> Notify)> users)
        {
            foreach (var (what, notify) in users)
            {
                warnings.AddRange(notify.Where(name => !channels.Contains(name))
                    .Select(name => $"{what} names the channel '{name}', which is not stored.{Suggestion.For(name, channels)}"));
            }
        }
    }

    private async Task<StoredRules> ReadOnceAsync(CancellationToken cancellationToken)
    {
        var entities = new List<StoredEntity>();
        foreach (var (partition, section) in Partitions)
        {
            await foreach (var row in _table.QueryAsync(partition, RowKeyRange.All, cancellationToken))
                entities.Add(new(partition, section, row));
        }

        return new(entities);
    }
}

using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Reads the root of a rule file and what its parts say of each other.</summary>
internal static class RuleFileReader
{
    public static RuleFile Read(YamlMappingNode root, DiagnosticList diagnostics, bool isWhole)
    {
        var file = new MappingReader(root, "", diagnostics);
        var sections = RuleSections.All.Where(section => HasSection(file, section)).ToHashSet(StringComparer.Ordinal);
        var rules = ReadNamed(file, RuleSections.Rules, RuleReader.Read, rule => rule.Name);
        var channels = ReadNamed(file, RuleSections.Channels, ChannelReader.Read, channel => channel.Name);
        var routes = ReadList(file, RuleSections.Routes, ChannelReader.ReadRoute);
        var inhibitions = ReadList(file, RuleSections.Inhibit, MutingReader.ReadInhibition);
        var maintenance = ReadNamed(file, RuleSections.Maintenance, MutingReader.ReadMaintenance, window => window.Name);
        file.Finish();

        if (isWhole)
        {
            if (sections.Contains(RuleSections.Channels))
                CheckChannels(rules, channels, routes);
            if (sections.Contains(RuleSections.Rules))
                CheckLabels([.. rules.SelectMany(rule => rule.Item.Labels.Keys)], routes, inhibitions, maintenance);
        }

        return new(Items(rules), Items(channels), Items(routes), diagnostics.InOrder())
        {
            Sections = sections,
            Inhibitions = sections.Contains(RuleSections.Inhibit) ? Items(inhibitions) : null,
            Maintenance = Items(maintenance),
        };
    }

    private static IReadOnlyList<T> Items<T>(List<(T Item, MappingReader Reader)> read) => [.. read.Select(pair => pair.Item)];

    /// <summary>
    /// A section without anything below it may be a slip of the hand, and it would remove what is stored: that must be said as an empty
    /// list.
    /// </summary>
    private static bool HasSection(MappingReader file, string section)
    {
        if (file.FindAny(section) is not { } node)
            return false;
        if (file.Find(section) is null)
            file.Report(node, section, "a list; [] removes what is stored, leaving the key out keeps it");
        return true;
    }

    /// <summary>
    /// A file with channels replaces all that are stored, so every name must be one of them. A file without may be meant for those that are
    /// stored.
    /// </summary>
    private static void CheckChannels(
        List<(Rule Item, MappingReader Reader)> rules,
        List<(ChannelDefinition Item, MappingReader Reader)> channels,
        List<(RouteDefinition Item, MappingReader Reader)> routes)
    {
        var byName = channels.ToDictionary(channel => channel.Item.Name, channel => channel.Item, StringComparer.Ordinal);
        foreach (var (rule, reader) in rules)
            Check(reader, "notify", rule.Notify);
        foreach (var (route, reader) in routes)
            Check(reader, "notify", route.Notify);
        foreach (var (channel, reader) in channels)
        {
            Check(reader, "fallback", channel.Fallback is { } fallback ? [fallback] : []);
            if (CircleFrom(channel, byName) is { } circle)
                reader.Error("fallback", $"found the circle {circle}; expected a channel that does not lead back here.");
        }

        void Check(MappingReader reader, string key, IReadOnlyList<string> names)
        {
            foreach (var name in names.Where(name => !byName.ContainsKey(name)))
            {
                var meant = Suggestion.For(name, byName.Keys);
                reader.Warning(key, $"there is no channel '{name}' in this file, and applying it removes those that are stored.{meant}");
            }
        }
    }

    /// <summary>
    /// The circle of fallbacks that a channel is in, as it is written; null when it is in none. One that is its own fallback is reported
    /// where it is read.
    /// </summary>
    private static string? CircleFrom(ChannelDefinition channel, Dictionary<string, ChannelDefinition> byName)
    {
        var path = new List<string> { channel.Name };
        for (var next = channel; next.Fallback is { } name && byName.TryGetValue(name, out next); path.Add(name))
        {
            if (name == channel.Name)
                return $"{string.Join(" → ", path)} → {name}";
            if (path.Contains(name))
                return null;
        }

        return null;
    }

    private static void CheckLabels(
        IReadOnlyList<string> labels,
        List<(RouteDefinition Item, MappingReader Reader)> routes,
        List<(InhibitionDefinition Item, MappingReader Reader)> inhibitions,
        List<(MaintenanceDefinition Item, MappingReader Reader)> maintenance)
    {
        foreach (var (route, reader) in routes)
            Check(reader, "match", route.Match);
        foreach (var (inhibition, reader) in inhibitions)
        {
            Check(reader, "when", inhibition.When);
            Check(reader, "mute", inhibition.Mute);
        }

        foreach (var (window, reader) in maintenance)
            Check(reader, "match", window.Match);

        void Check(MappingReader reader, string key, AlertMatcher matcher)
        {
            if (matcher.FindMistake(labels) is { } mistake)
                reader.Warning(key, $"it never matches: {mistake}");
        }
    }

    /// <summary>The rules of a list that stands in another file.</summary>
    public static RuleFile ReadRules(MappingReader file)
    {
        return new(Items(ReadNamed(file, RuleSections.Rules, RuleReader.Read, rule => rule.Name)), [], [], []);
    }

    private static List<(T Item, MappingReader Reader)> ReadNamed<T>(
        MappingReader file, string key, Func<MappingReader, T?> read, Func<T, string> name)
        where T : class
    {
        var items = new List<(T, MappingReader)>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var reader in file.Mappings(key))
        {
            if (read(reader) is not { } item)
                continue;
            if (seen.Add(name(item)))
                items.Add((item, reader));
            else
                reader.Error("name", $"'{name(item)}' is used twice; names must be unique.");
        }

        return items;
    }

    private static List<(T Item, MappingReader Reader)> ReadList<T>(MappingReader file, string key, Func<MappingReader, T?> read)
        where T : class
    {
        var readers = file.Mappings(key).ToList();
        if (readers.Count > RuleLimits.Items)
            file.Error(key, $"found {readers.Count} entries; at most {RuleLimits.Items} are allowed.");
        var items = readers.Select(reader => (Item: read(reader), Reader: reader));
        return [.. items.Where(pair => pair.Item is not null).Select(pair => (pair.Item!, pair.Reader))];
    }
}

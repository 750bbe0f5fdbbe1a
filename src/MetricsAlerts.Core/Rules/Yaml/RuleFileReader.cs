using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Reads the root of a rule file and what its parts say of each other.</summary>
internal static class RuleFileReader
{
    public static RuleFile Read(YamlMappingNode root, DiagnosticList diagnostics, bool isWhole)
    {
        var file = new MappingReader(root, "", diagnostics);
        var rules = ReadNamed(file, "rules", RuleReader.Read, rule => rule.Name);
        var channels = ReadNamed(file, "channels", ChannelReader.Read, channel => channel.Name);
        var routes = file.Mappings("routes").Select(route => (Route: ChannelReader.ReadRoute(route), Reader: route)).ToList();
        var inhibitions = file.Has("inhibit") ? file.Mappings("inhibit").Select(MutingReader.ReadInhibition).OfType<InhibitionDefinition>().ToList() : null;
        var maintenance = ReadNamed(file, "maintenance", MutingReader.ReadMaintenance, window => window.Name);
        file.Finish();

        var known = channels.Select(channel => channel.Item.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (rule, reader) in rules)
            CheckChannels(reader, "notify", rule.Notify);
        foreach (var (channel, reader) in channels)
            CheckChannels(reader, "fallback", channel.Fallback is { } fallback ? [fallback] : []);
        foreach (var (route, reader) in routes)
            CheckChannels(reader, "notify", route?.Notify ?? []);

        return new(
            [.. rules.Select(pair => pair.Item)], [.. channels.Select(pair => pair.Item)],
            [.. routes.Where(pair => pair.Route is not null).Select(pair => pair.Route!)], diagnostics.InOrder())
        {
            Inhibitions = inhibitions,
            Maintenance = [.. maintenance.Select(pair => pair.Item)],
        };

        // A file without channels may be meant for those that are stored already.
        void CheckChannels(MappingReader reader, string key, IReadOnlyList<string> names)
        {
            foreach (var name in names.Where(name => isWhole && known.Count > 0 && !known.Contains(name)))
                diagnostics.Warning(reader.Find(key)!.Start, $"{key}: this file has no channel '{name}'; it must be stored already.{Suggestion.For(name, known)}");
        }
    }

    /// <summary>The rules of a list that stands in another file.</summary>
    public static RuleFile ReadRules(MappingReader file)
    {
        return new([.. ReadNamed(file, "rules", RuleReader.Read, rule => rule.Name).Select(rule => rule.Item)], [], [], []);
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
}

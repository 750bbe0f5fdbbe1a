using System.Globalization;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Rules;

/// <summary>A row of the table <c>Rules</c>.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Section">The section of a rule file that it belongs to.</param>
/// <param name="Row">The row.</param>
internal sealed record StoredEntity(string Partition, string Section, TableRow Row)
{
    /// <summary>What the row says, or what is wrong with it.</summary>
    public RuleFile Parse()
    {
        var place = $"Rules/{Partition}/{Row.RowKey}";
        try
        {
            var file = RuleFile.ParsePart(ToYaml(), place);
            return file.HasErrors || FindMistake(file) is not { } mistake ? file : Unreadable(place, mistake);
        }
        catch (Exception exception)
        {
            // Whatever somebody has typed into it, the other entities are used.
            return Unreadable(place, $"It cannot be read: {exception.Message}");
        }
    }

    private static RuleFile Unreadable(string place, string problem) => new([], [], [], [new(DiagnosticLevel.Error, place, 1, 1, problem)]);

    private string? FindMistake(RuleFile file)
    {
        List<string?> names =
        [
            .. file.Rules.Select(rule => rule.Name),
            .. file.Channels.Select(channel => channel.Name),
            .. file.Maintenance.Select(window => window.Name),
            .. file.Routes.Select(_ => (string?)null), .. (file.Inhibitions ?? []).Select(_ => (string?)null),
        ];
        if (names is not [var name])
            return $"found {names.Count} {Section}; expected one.";
        if (name is not null && name != Row.RowKey)
            return $"name: found '{name}'; expected '{Row.RowKey}', the row's key.";
        foreach (var rule in file.Rules)
            _ = new CompiledRule(rule);
        return null;
    }

    private string ToYaml()
    {
        var lines = Row.Properties
            .OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => $"  {property.Key}: {TextOf(property.Value)}\n");
        return $"{Section}:\n-\n{string.Concat(lines)}";
    }

    /// <summary>A number or truth value that a person typed as such reads the same as its text.</summary>
    private static string? TextOf(object value) => value switch
    {
        true => "true",
        false => "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}

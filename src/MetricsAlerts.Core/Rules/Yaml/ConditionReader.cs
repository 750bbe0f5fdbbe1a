using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Conditions;
using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Reads what stands under <c>when</c>: one line per kind of condition.</summary>
internal static class ConditionReader
{
    private static readonly (string Key, Func<MappingReader, Condition?> Read)[] Kinds =
    [
        ("below", reader => ReadThreshold(reader, Side.Below, "below", "recoverAbove")),
        ("above", reader => ReadThreshold(reader, Side.Above, "above", "recoverBelow")),
        ("outside", reader => ReadRange(reader, "outside", isInside: false)),
        ("inside", reader => ReadRange(reader, "inside", isInside: true)),
        ("worsensBy", ReadWorsens),
        ("missingFor", ReadMissing),
        ("unusual", ReadUnusual),
        ("all", reader => ReadCombined(reader, "all", isAll: true)),
        ("any", reader => ReadCombined(reader, "any", isAll: false)),
    ];

    /// <summary>The keys of which one must stand under <c>when</c>.</summary>
    public static IEnumerable<string> Names => Kinds.Select(kind => kind.Key);

    public static Condition? Read(MappingReader reader) => Read(reader, isPart: false);

    private static Condition? Read(MappingReader reader, bool isPart)
    {
        var found = Kinds.Where(kind => reader.Has(kind.Key)).ToList();
        if (found.Count != 1)
        {
            reader.Finish();
            var names = string.Join(", ", Kinds.Select(kind => kind.Key));
            reader.Diagnostics.Error(
                reader.Start,
                found.Count == 0 ? $"when: expected one of {names}." : $"when: found {string.Join(" and ", found.Select(kind => kind.Key))} together; expected one of {names}.");
            return null;
        }

        if (isPart && found[0].Key is "missingFor" or "all" or "any")
        {
            reader.Error(found[0].Key, "a part of all or any can be neither missingFor nor all or any.");
            return null;
        }

        var condition = found[0].Read(reader);
        foreach (var other in Kinds)
            reader.Has(other.Key);
        reader.Finish();
        return condition;
    }

    private static Condition? ReadThreshold(MappingReader reader, Side side, string key, string recoverKey)
    {
        var levels = ReadLevels(reader, key);
        var recover = reader.Has(recoverKey) ? ReadLevels(reader, recoverKey) : default(Levels);
        if (levels is not { } thresholds || recover is not { } recoverLevels)
            return null;

        var further = side == Side.Below ? "lower" : "higher";
        if (thresholds.AreTwo && !IsPast(thresholds.Critical!.Value, thresholds.Warning!.Value))
            reader.Error(key, $"critical ({Numbers.Format(thresholds.Critical.Value)}) must be {further} than warning ({Numbers.Format(thresholds.Warning.Value)}).");
        CheckRecover(recoverLevels.Single, thresholds.Single ?? thresholds.Warning ?? thresholds.Critical);
        CheckRecover(recoverLevels.Warning, thresholds.Warning);
        CheckRecover(recoverLevels.Critical, thresholds.Critical);
        if (recoverLevels.AreTwo && IsPast(recoverLevels.Warning!.Value, recoverLevels.Critical!.Value))
            reader.Error(recoverKey, "the warning level must not recover before the critical one.");
        return new ThresholdCondition(side, thresholds, recoverLevels);

        bool IsPast(double value, double threshold) => side == Side.Below ? value < threshold : value > threshold;

        void CheckRecover(double? recoverLevel, double? threshold)
        {
            if (recoverLevel is not { } level)
                return;
            if (threshold is null)
                reader.Error(recoverKey, $"names a level that '{key}' does not have.");
            else if (IsPast(level, threshold.Value))
                reader.Error(recoverKey, $"{Numbers.Format(level)} is on the bad side of the threshold {Numbers.Format(threshold.Value)}.");
        }
    }

    private static Levels? ReadLevels(MappingReader reader, string key)
    {
        if (reader.Find(key) is not YamlMappingNode)
            return ReadNumber(reader, key) is { } single ? Levels.One(single) : null;

        var mapping = reader.Mapping(key)!;
        var levels = new Levels(null, ReadNumber(mapping, "warning"), ReadNumber(mapping, "critical"));
        mapping.Finish();
        if (levels is { Warning: null, Critical: null })
        {
            reader.Error(key, "expected a number, or warning and critical.");
            return null;
        }

        return levels;
    }

    private static double? ReadNumber(MappingReader reader, string key) => reader.Value<double?>(key, null, TryNumber, "a number");

    private static Condition? ReadMissing(MappingReader reader)
    {
        var duration = reader.Value("missingFor", TimeSpan.Zero, TryDuration, RuleLimits.DurationAllowed);
        return duration > TimeSpan.Zero ? new MissingCondition(duration) : null;
    }

    private static bool TryDuration(string text, out TimeSpan duration) =>
        Durations.TryParse(text, out duration) && duration <= RuleLimits.Duration;

    private static bool TryNumber(string text, out double? number)
    {
        var read = Percentages.TryParse(text, out var value) || Numbers.TryParse(text, out value);
        number = value;
        return read;
    }

    private static RangeCondition? ReadRange(MappingReader reader, string key, bool isInside)
    {
        if (reader.Find(key) is not YamlMappingNode)
            return ReadEnds(reader, key) is { } single ? new(isInside, single) : null;
        var mapping = reader.Mapping(key)!;
        var (warning, critical) = (ReadEnds(mapping, "warning"), ReadEnds(mapping, "critical"));
        mapping.Finish();
        if (warning is null && critical is null)
        {
            reader.Error(key, "expected [low, high], or warning and critical.");
            return null;
        }

        return new(isInside, null, warning, critical);
    }

    private static ValueRange? ReadEnds(MappingReader reader, string key)
    {
        if (reader.Find(key) is not { } node)
            return null;
        if (node is YamlSequenceNode { Children: [YamlScalarNode { Value: { } first }, YamlScalarNode { Value: { } second }] } &&
            TryNumber(first, out var low) && TryNumber(second, out var high) && low < high)
        {
            return new(low!.Value, high!.Value);
        }

        reader.Report(node, key, "[low, high] with low below high");
        return null;
    }

    private static WorsensCondition? ReadWorsens(MappingReader reader)
    {
        List<string> texts = reader.Find("worsensBy") is YamlMappingNode map
            ? [.. map.Children.Values.Select(MappingReader.Describe)]
            : [reader.Text("worsensBy") ?? ""];
        var percentages = texts.Count(text => text.Contains('%', StringComparison.Ordinal));
        var levels = ReadLevels(reader, "worsensBy");
        reader.Require("versus");
        var versus = reader.Value("versus", Reference.Baseline, TryReference, "baseline, previous, sameHourYesterday or sameHourLastWeek");
        var better = reader.Value("better", Direction.Unknown, TryBetter, "higher or lower");
        if (levels is not { } by)
            return null;
        if (by is { Single: <= 0 } or { Warning: <= 0 } or { Critical: <= 0 } || (by.AreTwo && by.Critical <= by.Warning))
            reader.Error("worsensBy", "expected positive numbers or percentages, critical above warning.");
        if (percentages > 0 && percentages < texts.Count)
            reader.Error("worsensBy", $"found {string.Join(" beside ", texts)}; expected percentages only, or amounts only.");
        return new(by, percentages > 0, versus, better);
    }

    private static UnusualCondition? ReadUnusual(MappingReader reader)
    {
        if (reader.Find("unusual") is not YamlMappingNode)
            return new(reader.Value("unusual", Sensitivity.Medium, TrySensitivity, "low, medium or high"));
        var mapping = reader.Mapping("unusual")!;
        var sensitivity = mapping.Value("sensitivity", Sensitivity.Medium, TrySensitivity, "low, medium or high");
        var least = ReadNumber(mapping, "minDeviation");
        mapping.Finish();
        return new(sensitivity, least);
    }

    private static CombinedCondition? ReadCombined(MappingReader reader, string key, bool isAll)
    {
        var parts = new List<CombinedPart>();
        var count = 0;
        foreach (var part in reader.Mappings(key))
        {
            count++;
            var metric = part.Text("metric", RuleLimits.Name);
            if (Read(part, isPart: true) is { } condition)
                parts.Add(new(metric, condition));
        }

        if (count < 2)
            reader.Error(key, "expected a list of at least two conditions.");
        return parts.Count < 2 ? null : new(isAll, parts);
    }

    private static bool TryReference(string text, out Reference reference) =>
        EnumNames.TryParse(text, out reference) && char.IsAsciiLetterLower(text[0]);

    private static bool TrySensitivity(string text, out Sensitivity sensitivity) =>
        EnumNames.TryParse(text, out sensitivity) && char.IsAsciiLetterLower(text[0]);

    private static bool TryBetter(string text, out Direction direction)
    {
        direction = text switch { "higher" => Direction.HigherIsBetter, "lower" => Direction.LowerIsBetter, _ => Direction.Unknown };
        return direction != Direction.Unknown;
    }
}

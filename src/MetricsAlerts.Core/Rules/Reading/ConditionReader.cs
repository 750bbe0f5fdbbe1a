using MetricsAlerts.Evaluating.Conditions;
using MetricsAlerts.Formats;
using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Rules.Reading;

/// <summary>Reads what stands under <c>when</c>: one line per kind of condition.</summary>
internal static class ConditionReader
{
    private static readonly (string Key, Func<MappingReader, Condition?> Read)[] Kinds =
    [
        ("below", reader => ReadThreshold(reader, Side.Below, "below", "recoverAbove")),
        ("above", reader => ReadThreshold(reader, Side.Above, "above", "recoverBelow")),
        ("missingFor", ReadMissing),
    ];

    public static Condition? Read(MappingReader reader)
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
        var duration = reader.Value("missingFor", TimeSpan.Zero, Durations.TryParse, Durations.Allowed);
        return duration > TimeSpan.Zero ? new MissingCondition(duration) : null;
    }

    private static bool TryNumber(string text, out double? number)
    {
        var read = Percentages.TryParse(text, out var value) || Numbers.TryParse(text, out value);
        number = value;
        return read;
    }
}

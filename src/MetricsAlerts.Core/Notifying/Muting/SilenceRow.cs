using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>
/// A silence as a row: what it matches is JSON from label to glob, and the labels whose values are names rather than globs stand beside it.
/// </summary>
internal static partial class SilenceRow
{
    public static TableRow Write(Silence silence)
    {
        var properties = new Dictionary<string, object>
        {
            ["match"] = JsonSerializer.Serialize(
                silence.Match.Globs.ToDictionary(glob => glob.Key, glob => glob.Value.Text), SilenceJson.Default.DictionaryStringString),
            ["start"] = silence.Start,
            ["end"] = silence.End,
            ["createdBy"] = silence.CreatedBy,
            ["comment"] = silence.Comment,
        };
        var exact = silence.Match.Globs.Where(glob => glob.Value.IsExact).Select(glob => glob.Key).ToArray();
        if (exact.Length > 0)
            properties["exact"] = JsonSerializer.Serialize(exact, SilenceJson.Default.StringArray);
        return new(silence.Id, properties);
    }

    /// <summary>The silence, or null when somebody has made the row unreadable.</summary>
    public static Silence? Read(TableRow row)
    {
        try
        {
            var exact = JsonSerializer.Deserialize(row.Text("exact") ?? "[]", SilenceJson.Default.StringArray) ?? [];
            var match = (JsonSerializer.Deserialize(row.Text("match") ?? "{}", SilenceJson.Default.DictionaryStringString) ?? [])
                .ToDictionary(pair => pair.Key, pair => GlobOf(pair.Key, pair.Value, exact));
            return match.Count == 0 || row.Time("start") is not { } start || row.Time("end") is not { } end
                ? null
                : new(row.RowKey, new(match), start, end, row.Text("createdBy") ?? "", row.Text("comment") ?? "");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Glob GlobOf(string label, string? text, string[] exact) =>
        text is null ? throw new JsonException($"The label '{label}' has no value.")
        : exact.Contains(label) ? Glob.Exact(text)
        : AlertMatcher.GlobOf(label, text);

    /// <summary>When the silence of a row ends, without reading the rest of it.</summary>
    public static DateTimeOffset End(TableRow row) => row.Time("end") ?? DateTimeOffset.MaxValue;

    [JsonSerializable(typeof(Dictionary<string, string>))]
    [JsonSerializable(typeof(string[]))]
    private sealed partial class SilenceJson : JsonSerializerContext;
}

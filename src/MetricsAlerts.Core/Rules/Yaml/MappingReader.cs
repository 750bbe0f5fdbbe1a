using MetricsAlerts.Formats;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Reads the keys of one YAML mapping, reports what is wrong with its place, and at the end the keys that nobody asked for.</summary>
internal sealed class MappingReader(YamlMappingNode node, string path, DiagnosticList diagnostics)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public delegate bool Parser<T>(string text, out T value);

    public DiagnosticList Diagnostics => diagnostics;

    public Mark Start => node.Start;

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The node under a key, or null when it is absent or null.</summary>
    public YamlNode? Find(string key) => FindAny(key) is { } child && !IsNull(child) ? child : null;

    /// <summary>The node under a key, or null when it is absent.</summary>
    public YamlNode? FindAny(string key)
    {
        _asked.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
    }

    public YamlNode? Require(string key)
    {
        var child = Find(key);
        if (child is null)
            diagnostics.Error(node.Start, $"{path}: '{key}' is missing.");
        return child;
    }

    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar when !string.IsNullOrWhiteSpace(scalar.Value):
                return scalar.Value;
            case var other:
                Report(other, key, "a text");
                return null;
        }
    }

    public T Value<T>(string key, T otherwise, Parser<T> parse, string allowed)
    {
        switch (Find(key))
        {
            case null:
                return otherwise;
            case YamlScalarNode { Value: { } text } when parse(text, out var value):
                return value;
            case var other:
                Report(other, key, allowed);
                return otherwise;
        }
    }

    /// <summary>A text of at most so many characters.</summary>
    public string? Text(string key, int limit)
    {
        var text = Text(key);
        if (text?.Length > limit)
            Error(key, $"found {text.Length} characters; at most {limit} are allowed.");
        return text;
    }

    /// <summary>
    /// A single name or a list of names, of which each has a limited length, that restricts something: to leave the key out means no
    /// restriction, an empty list nothing that anybody means.
    /// </summary>
    public IReadOnlyList<string> Selection(string key)
    {
        if (FindAny(key) is { } node && (IsNull(node) || node is YamlSequenceNode { Children.Count: 0 }))
        {
            Report(node, key, "a text or a list of texts; leave the key out to ask for nothing");
            return [];
        }

        var texts = Texts(key);
        foreach (var text in texts.Where(text => text.Length > RuleLimits.Name))
            Error(key, $"found a text of {text.Length} characters; at most {RuleLimits.Name} are allowed.");
        return texts;
    }

    /// <summary>A single text or a list of texts.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlScalarNode { Value.Length: > 0 } scalar:
                return [scalar.Value];
            case YamlSequenceNode sequence when sequence.Children.All(child => child is YamlScalarNode { Value.Length: > 0 }):
                return [.. sequence.Children.Select(child => ((YamlScalarNode)child).Value!)];
            case var other:
                Report(other, key, "a text or a list of texts");
                return [];
        }
    }

    /// <summary>The names of channels.</summary>
    public IReadOnlyList<string> Names(string key)
    {
        var names = Texts(key);
        if (names.Count > RuleLimits.Notify)
            Error(key, $"found {names.Count} channels; at most {RuleLimits.Notify} are allowed.");
        return names;
    }

    /// <summary>Reports the values that a table could not hold.</summary>
    public void CheckLengths(IReadOnlyDictionary<string, string> fields)
    {
        foreach (var (key, value) in fields.Where(field => field.Value.Length > RuleLimits.Field))
            Error(key, $"found {value.Length} characters; at most {RuleLimits.Field} are allowed.");
    }

    public MappingReader? Mapping(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlMappingNode mapping:
                return new(mapping, $"{path}.{key}", diagnostics);
            case var other:
                Report(other, key, "a mapping");
                return null;
        }
    }

    public IEnumerable<MappingReader> Mappings(string key)
    {
        switch (Find(key))
        {
            case null:
                yield break;
            case YamlSequenceNode sequence:
                for (var i = 0; i < sequence.Children.Count; i++)
                {
                    if (sequence.Children[i] is YamlMappingNode mapping)
                        yield return new(mapping, $"{path}{(path.Length > 0 ? "." : "")}{key}[{i}]", diagnostics);
                    else
                        diagnostics.Error(sequence.Children[i].Start, $"{key}[{i}]: found {Describe(sequence.Children[i])}; expected a mapping.");
                }

                break;
            case var other:
                Report(other, key, "a list");
                break;
        }
    }

    /// <summary>All keys with their text, such as labels.</summary>
    public IEnumerable<(string Key, string Value)> Pairs()
    {
        foreach (var (key, value) in node.Children)
        {
            var name = NameOf(key);
            _asked.Add(name);
            if (key is not YamlScalarNode)
                diagnostics.Error(key.Start, $"{path}: found {name} as a key; expected a text.");
            else if (value is YamlScalarNode { Value: { } text } && !IsNull(value))
                yield return (name, text);
            else
                Report(value, name, "a text");
        }
    }

    public void Report(YamlNode at, string key, string allowed) =>
        diagnostics.Error(at.Start, $"{(path.Length > 0 ? path + "." : "")}{key}: found {Describe(at)}; expected {allowed}.");

    public void Error(string key, string message) =>
        diagnostics.Error(PlaceOf(key), $"{path}{(path.Length > 0 ? "." : "")}{key}: {message}");

    public void Warning(string key, string message) =>
        diagnostics.Warning(PlaceOf(key), $"{path}{(path.Length > 0 ? "." : "")}{key}: {message}");

    /// <summary>Reports the keys that are not known here.</summary>
    public void Finish()
    {
        foreach (var (key, _) in node.Children)
        {
            var name = NameOf(key);
            if (!_asked.Contains(name))
            {
                diagnostics.Error(
                    key.Start,
                    $"{(path.Length > 0 ? path + ": " : "")}'{name}' is not known here; allowed: {string.Join(", ", _asked)}.{Suggestion.For(name, _asked)}");
            }
        }
    }

    private Mark PlaceOf(string key) => Find(key)?.Start ?? node.Start;

    private static bool IsNull(YamlNode child) =>
        child is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string NameOf(YamlNode key) => key is YamlScalarNode { Value: { } name } ? name : Describe(key);

    internal static string Describe(YamlNode found) => found switch
    {
        _ when IsNull(found) => "nothing",
        YamlSequenceNode { Children.Count: 0 } => "an empty list",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        YamlSequenceNode => "a list",
        _ => "a mapping",
    };
}

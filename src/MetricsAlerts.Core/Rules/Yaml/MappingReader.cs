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
    public YamlNode? Find(string key)
    {
        _asked.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var child) && !IsNull(child) ? child : null;
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
            var name = ((YamlScalarNode)key).Value ?? "";
            _asked.Add(name);
            if (value is YamlScalarNode { Value: { } text })
                yield return (name, text);
            else
                Report(value, name, "a text");
        }
    }

    public void Report(YamlNode at, string key, string allowed) =>
        diagnostics.Error(at.Start, $"{(path.Length > 0 ? path + "." : "")}{key}: found {Describe(at)}; expected {allowed}.");

    public void Error(string key, string message) => diagnostics.Error(Find(key)?.Start ?? node.Start, $"{path}.{key}: {message}");

    /// <summary>Reports the keys that are not known here.</summary>
    public void Finish()
    {
        foreach (var (key, _) in node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!_asked.Contains(name))
            {
                diagnostics.Error(
                    key.Start,
                    $"{(path.Length > 0 ? path + ": " : "")}'{name}' is not known here; allowed: {string.Join(", ", _asked)}.{Suggestion.For(name, _asked)}");
            }
        }
    }

    private static bool IsNull(YamlNode child) =>
        child is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    internal static string Describe(YamlNode found) => found switch
    {
        YamlScalarNode scalar => $"'{scalar.Value}'",
        YamlSequenceNode => "a list",
        _ => "a mapping",
    };
}

using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>
/// Loads YAML that anybody may have written. What would make the library, or a reader of its nodes, call itself without end is refused
/// before it is loaded:
/// very deep nesting, an anchor that refers to itself, and an alias in a key.
/// </summary>
internal static class YamlDocuments
{
    /// <summary>The deepest nesting; a rule file needs eight.</summary>
    public const int MaxDepth = 32;

    /// <summary>Loads every document of a text.</summary>
    /// <exception cref="YamlException">It is no YAML, or is refused.</exception>
    public static YamlStream Load(string yaml)
    {
        Check(new Parser(new StringReader(yaml)));
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream;
    }

    private static void Check(Parser parser)
    {
        var open = new Stack<Collection>();
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case NodeEvent node and (SequenceStart or MappingStart):
                    if (open.Count == MaxDepth)
                        throw new YamlException(node.Start, node.End, $"found more than {MaxDepth} levels of lists and mappings.");
                    open.Push(new(node is MappingStart, node.Anchor, isKey: TakeKey(open)));
                    break;
                case SequenceEnd or MappingEnd:
                    open.Pop();
                    break;
                case Scalar:
                    TakeKey(open);
                    break;
                case AnchorAlias alias:
                    if (open.Any(collection => collection.Anchor == alias.Value))
                        throw new YamlException(alias.Start, alias.End, $"'*{alias.Value}' stands in what it refers to.");
                    if (TakeKey(open))
                        throw new YamlException(alias.Start, alias.End, $"'*{alias.Value}' stands in a key; expected a text.");
                    break;
            }
        }
    }

    /// <summary>Notes a node in the innermost collection; returns whether it is a key, or stands in one.</summary>
    private static bool TakeKey(Stack<Collection> open) => open.TryPeek(out var collection) && collection.TakeKey();

    private sealed class Collection(bool isMapping, AnchorName anchor, bool isKey)
    {
        private bool _isKeyNext = true;

        public AnchorName Anchor => anchor;

        public bool TakeKey()
        {
            var isKeyNext = _isKeyNext;
            _isKeyNext = !_isKeyNext;
            return isKey || (isMapping && isKeyNext);
        }
    }
}

using MetricsAlerts.Rules.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Rules;

/// <summary>What a rule file holds, and everything that is wrong with it.</summary>
/// <param name="Rules">The rules that could be read.</param>
/// <param name="Channels">The channels that could be read.</param>
/// <param name="Routes">The routes that could be read.</param>
/// <param name="Diagnostics">All problems, in order of line.</param>
public sealed record RuleFile(
    IReadOnlyList<Rule> Rules, IReadOnlyList<ChannelDefinition> Channels, IReadOnlyList<RouteDefinition> Routes, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>
    /// The sections that the file has, <c>rules </c>, <c>channels </c> and so on, empty ones too. What is stored of the others stays as it
    /// is.
    /// </summary>
    public IReadOnlySet<string> Sections { get; init; } = RuleSections.All;

    /// <summary>The inhibitions that could be read; null when the file says nothing of them.</summary>
    public IReadOnlyList<InhibitionDefinition>? Inhibitions { get; init; }

    /// <summary>The maintenance windows that could be read.</summary>
    public IReadOnlyList<MaintenanceDefinition> Maintenance { get; init; } = [];

    /// <summary>Whether anything could not be read.</summary>
    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Level == DiagnosticLevel.Error);

    /// <summary>Reads a rule file; whatever is wrong is in <see cref="Diagnostics"/>, and the rest is read.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="file">The name to report it by.</param>
    public static RuleFile Parse(string yaml, string file) => Parse(yaml, file, isWhole: true);

    /// <summary>Reads a part of what belongs together: names of things that are elsewhere are not looked for.</summary>
    internal static RuleFile ParsePart(string yaml, string file) => Parse(yaml, file, isWhole: false);

    private static RuleFile Parse(string yaml, string file, bool isWhole)
    {
        var diagnostics = new DiagnosticList(file);
        try
        {
            var stream = YamlDocuments.Load(yaml);
            if (stream.Documents.Count == 0)
            {
                diagnostics.Error(Mark.Empty, "The file is empty; expected the keys rules, channels or routes.");
            }
            else if (stream.Documents is [var document] && document.RootNode is YamlMappingNode root)
            {
                return RuleFileReader.Read(root, diagnostics, isWhole);
            }
            else
            {
                diagnostics.Error(stream.Documents[^1].RootNode.Start, "Expected one document: a mapping with the keys rules, channels and routes.");
            }
        }
        catch (YamlException exception)
        {
            diagnostics.Error(exception.Start, $"No valid YAML: {exception.Message}");
        }

        return new([], [], [], diagnostics.InOrder()) { Sections = new HashSet<string>() };
    }
}

using YamlDotNet.Core;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Collects diagnostics of one file.</summary>
internal sealed class DiagnosticList(string file)
{
    private readonly List<Diagnostic> _diagnostics = [];

    public int ErrorCount { get; private set; }

    public void Error(Mark at, string message)
    {
        ErrorCount++;
        Add(DiagnosticLevel.Error, at, message);
    }

    public void Warning(Mark at, string message) => Add(DiagnosticLevel.Warning, at, message);

    public IReadOnlyList<Diagnostic> InOrder() => [.. _diagnostics.OrderBy(diagnostic => diagnostic.Line).ThenBy(diagnostic => diagnostic.Column)];

    private void Add(DiagnosticLevel level, Mark at, string message) =>
        _diagnostics.Add(new(level, file, Math.Max(1, at.Line), Math.Max(1, at.Column), message));
}

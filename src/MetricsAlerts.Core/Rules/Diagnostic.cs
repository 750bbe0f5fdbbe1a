namespace MetricsAlerts.Rules;

/// <summary>How bad a diagnostic is.</summary>
public enum DiagnosticLevel
{
    /// <summary>Worth a look; the rest of the file is used.</summary>
    Warning,

    /// <summary>What it is about is not used.</summary>
    Error,
}

/// <summary>Something wrong in a file, with its place.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="File">The file, or the table entity.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">The field, what was found and what is allowed.</param>
public sealed record Diagnostic(DiagnosticLevel Level, string File, long Line, long Column, string Message)
{
    /// <summary>In the form that editors and CI systems link: <c>rules.yaml:4:11: error: …</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {(Level == DiagnosticLevel.Error ? "error" : "warning")}: {Message}";
}

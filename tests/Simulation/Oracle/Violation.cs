namespace Simulation.Oracle;

/// <summary>A promise that was not kept.</summary>
/// <param name="Kind">Which promise, in a word or two: a shrunk story must break the same one.</param>
/// <param name="Text">What was found.</param>
public sealed record Violation(string Kind, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Text}";
}

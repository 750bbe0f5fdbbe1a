namespace Simulation.World;

/// <summary>Something that happens in the world at a time.</summary>
/// <param name="At">After the world's beginning.</param>
/// <param name="Text">What, for the story.</param>
/// <param name="Apply">Lets it happen.</param>
public sealed record WorldEvent(TimeSpan At, string Text, Action<WorldState> Apply);

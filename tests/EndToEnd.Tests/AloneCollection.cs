namespace EndToEnd.Tests;

/// <summary>Tests that take the whole machine: they run after the others, one at a time.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

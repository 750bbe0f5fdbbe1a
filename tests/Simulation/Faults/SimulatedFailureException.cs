namespace Simulation.Faults;

/// <summary>What a port throws when a fault is injected.</summary>
public sealed class SimulatedFailureException(string message) : Exception(message);

namespace Simulation.Faults;

/// <summary>How much goes wrong.</summary>
public enum FaultLevel
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>About one call in two hundred.</summary>
    Few,

    /// <summary>About one call in thirty.</summary>
    Many,
}

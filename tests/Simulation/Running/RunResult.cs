using Simulation.Faults;
using Simulation.Oracle;
using Simulation.World;

namespace Simulation.Running;

/// <summary>How a story ended.</summary>
/// <param name="Story">The story.</param>
/// <param name="Violations">Promises that were not kept.</param>
/// <param name="Hash">The hash of everything that happened.</param>
public sealed record RunResult(Story Story, IReadOnlyList<Violation> Violations, ulong Hash)
{
    /// <summary>What happened, when asked for.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>What was sent.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Steps of the scheduler.</summary>
    public long Steps { get; init; }

    /// <summary>What went wrong, by name of the call.</summary>
    public IReadOnlyDictionary<string, FaultKind> Faults { get; init; } = new Dictionary<string, FaultKind>();

    /// <summary>Processes that died.</summary>
    public int Deaths { get; init; }

    /// <summary>Windows of the world.</summary>
    public long Windows { get; init; }

    /// <summary>Messages that channels took.</summary>
    public int Notifications { get; init; }

    /// <summary>Messages taken twice in the gap that is documented.</summary>
    public int Repetitions { get; init; }
}

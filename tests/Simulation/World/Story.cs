using Simulation.Faults;

namespace Simulation.World;

/// <summary>All that a run is made of, from a seed: what can be left out of it to see what a failure needs.</summary>
public sealed record Story(int Seed)
{
    /// <summary>When every world begins: a Monday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Hours of a past that is long.</summary>
    public const int LongPast = 150;

    /// <summary>Hours until the faults stop; the pipeline starts at <see cref="FirstHour"/>.</summary>
    public int Hours { get; init; }

    /// <summary>The hour in which the pipeline starts: there is a past before it.</summary>
    public int FirstHour { get; init; }

    /// <summary>Processes.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Seconds by which each process's clock is ahead.</summary>
    public IReadOnlyList<double> Skews { get; init; } = [0];

    /// <summary>Minutes between two ticks.</summary>
    public int TickMinutes { get; init; } = 10;

    /// <summary>Settings of the pipeline.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Hours after which a host that is not named any more is gone.</summary>
    public int HostGoneHours { get; init; } = 24;

    /// <summary>Hours for which a delivery is tried.</summary>
    public int GiveUpHours { get; init; } = 24;

    /// <summary>The deployments.</summary>
    public IReadOnlyList<DeploymentStory> Deployments { get; init; } = [];

    /// <summary>The rule file at the beginning.</summary>
    public RuleBook Book { get; init; } = new();

    /// <summary>What happens, in order of time.</summary>
    public IReadOnlyList<WorldEvent> Events { get; init; } = [];

    /// <summary>How much goes wrong.</summary>
    public FaultLevel Faults { get; init; }

    /// <summary>Exactly these faults, by name of the call; null for those of the seed.</summary>
    public IReadOnlyDictionary<string, FaultKind>? OnlyFaults { get; init; }

    /// <summary>Whether hosts add up to the whole, so that it is enough to look at the whole to see that something has changed.</summary>
    public bool HostsAddUp { get; init; }

    /// <summary>What is ready first runs first.</summary>
    public bool InOrder { get; init; }

    /// <summary>All hints are lost.</summary>
    public bool NoHints { get; init; }

    /// <summary>Whether the operator replays every dead letter when the faults have stopped.</summary>
    public bool ReplaysAtTheEnd { get; init; }

    /// <summary>When the faults stop.</summary>
    public DateTimeOffset QuietFrom => Start + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(2);

    /// <summary>Whether somebody sets a clock.</summary>
    public bool SetsClocks => Events.Any(one => one.Text.StartsWith("the clock", StringComparison.Ordinal));

    /// <summary>
    /// Ticks within which everything is right when all goes well: one collects, the next finds what nobody was woken for. When no message wakes anybody, a
    /// channel with a pace gives out its turns in that tick, and they are used in the one after.
    /// </summary>
    public int TicksToBeRight => NoHints ? 3 : 2;

    /// <summary>When everything must be right: some ticks later, and what the longest wait between two attempts adds; before the next hour's windows.</summary>
    public DateTimeOffset End => QuietFrom + TimeSpan.FromMinutes((TicksToBeRight * TickMinutes) + 16);
}

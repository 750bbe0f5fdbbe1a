namespace Simulation.Faults;

/// <summary>
/// Which calls go wrong, and how: a function of the seed and of what is called for the how manieth time, so that leaving a part of the world out
/// changes nothing for the rest; or exactly those that a list names, to run a failure again with fewer.
/// </summary>
public sealed class FaultPlan(int seed, FaultLevel level, IReadOnlyDictionary<string, FaultKind>? only = null)
{
    /// <summary>From this delivery of a message on nothing goes wrong while it is handled: what is delivered in vain too often is for people.</summary>
    private const int LastFaultyDelivery = 5;

    private readonly double _rate = level switch { FaultLevel.Off => 0, FaultLevel.Few => 0.005, _ => 0.03 };
    private readonly Dictionary<(string Call, string About), int> _calls = [];
    private readonly Dictionary<string, FaultKind> _happened = [];

    /// <summary>Whether things still go wrong.</summary>
    public bool IsOn { get; private set; } = level != FaultLevel.Off || only is not null;

    /// <summary>Until when the services throttle.</summary>
    public DateTimeOffset ThrottledUntil { get; set; }

    /// <summary>What went wrong, in order of time.</summary>
    public IReadOnlyDictionary<string, FaultKind> Happened => _happened;

    /// <summary>From now on nothing goes wrong.</summary>
    public void Stop() => IsOn = false;

    /// <summary>How the next call goes.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="about">With what: a partition, a session, a deployment.</param>
    /// <param name="canConflict">Whether it is a batch of a table.</param>
    /// <param name="delivery">Which delivery of a message is being handled; 0 when none is.</param>
    /// <param name="now">The right time.</param>
    public Fault Next(string call, string about, bool canConflict, int delivery, DateTimeOffset now)
    {
        var number = _calls[(call, about)] = _calls.GetValueOrDefault((call, about)) + 1;
        var dice = new Dice(seed, Hash(call) ^ (Hash(about) * 31) ^ (number * 0x5DEECE66DL));
        var latency = TimeSpan.FromMilliseconds(dice.Next(4) == 0 ? dice.Next(60) : 0);
        if (!IsOn || delivery > LastFaultyDelivery)
            return new(FaultKind.None, latency, dice);
        var kind = only is not null ? only.GetValueOrDefault(Name(call, about, number))
            : now < ThrottledUntil && dice.Next(10) < 7 ? FaultKind.Throttled
            : dice.NextDouble() < _rate ? Choose(ref dice)
            : FaultKind.None;
        if (!canConflict && kind is FaultKind.Conflict or FaultKind.ConflictAfter)
            kind = FaultKind.FailsBefore;
        if (kind == FaultKind.LockLost && delivery == 0)
            kind = FaultKind.Slow;
        if (kind != FaultKind.None)
            _happened[Name(call, about, number)] = kind;
        return new(kind, kind == FaultKind.Slow ? TimeSpan.FromSeconds(2 + dice.Next(150)) : latency, dice);
    }

    private static string Name(string call, string about, int number) => $"{call} {about} #{number}";

    private static long Hash(string text)
    {
        var hash = 14695981039346656037;
        foreach (var character in text)
            hash = (hash ^ character) * 1099511628211;
        return (long)hash;
    }

    private static FaultKind Choose(ref Dice dice) => dice.Next(100) switch
    {
        < 16 => FaultKind.FailsBefore,
        < 32 => FaultKind.FailsAfter,
        < 42 => FaultKind.Conflict,
        < 50 => FaultKind.ConflictAfter,
        < 60 => FaultKind.Slow,
        < 82 => FaultKind.LockLost,
        < 90 => FaultKind.DiesBefore,
        < 98 => FaultKind.DiesAfter,
        _ => FaultKind.Throttled,
    };
}

/// <summary>How one call goes.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Latency">How long it takes to get there.</param>
/// <param name="Dice">For what else has to be chosen.</param>
public readonly record struct Fault(FaultKind Kind, TimeSpan Latency, Dice Dice);

namespace Simulation.Faults;

/// <summary>What can go wrong at a call of a port.</summary>
public enum FaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It fails without having done anything.</summary>
    FailsBefore,

    /// <summary>It has done what it was asked, and fails all the same.</summary>
    FailsAfter,

    /// <summary>A batch is refused although nobody changed anything.</summary>
    Conflict,

    /// <summary>A batch was applied, and its repetition by the client library found a conflict.</summary>
    ConflictAfter,

    /// <summary>It takes seconds to minutes.</summary>
    Slow,

    /// <summary>The lock of the session that is being worked on is lost; another worker takes the session. This one may stand still for minutes before it goes on.</summary>
    LockLost,

    /// <summary>The process dies before the call.</summary>
    DiesBefore,

    /// <summary>The process dies after the call took effect, before it knows.</summary>
    DiesAfter,

    /// <summary>The service asks everybody to wait.</summary>
    Throttled,
}

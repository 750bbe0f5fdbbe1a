using MetricsAlerts.Alerts;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>A transition that a group has still to tell.</summary>
/// <param name="RowKey">Its place in the order of telling.</param>
/// <param name="Alert">The transition.</param>
/// <param name="AddedAt">When it was added.</param>
internal sealed record GroupEntry(string RowKey, AlertMessage Alert, DateTimeOffset AddedAt);

/// <summary>Where the deliveries of a group stand.</summary>
internal sealed record GroupState
{
    public string ETag { get; init; } = "";

    /// <summary>Attempts since the last success.</summary>
    public int Attempts { get; init; }

    /// <summary>An attempt was begun; if nothing follows, the process died and the message may have been taken.</summary>
    public bool IsSending { get; init; }

    /// <summary>No attempt before this; null when nothing failed.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>When the last message was taken; null before the first.</summary>
    public DateTimeOffset? LastMessage { get; init; }

    /// <summary>What the last failure was; empty when nothing failed.</summary>
    public string LastError { get; init; } = "";
}

/// <summary>How a transition ended in the ledger.</summary>
internal enum Outcome
{
    /// <summary>The channel took it.</summary>
    Delivered,

    /// <summary>It was given up.</summary>
    Dead,
}

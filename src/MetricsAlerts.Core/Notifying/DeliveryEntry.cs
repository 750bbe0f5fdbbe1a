namespace MetricsAlerts.Notifying;

/// <summary>Where a delivery stands.</summary>
internal enum DeliveryStatus
{
    /// <summary>An attempt was begun; if nothing follows, the process died and the message may have been taken.</summary>
    Sending,

    /// <summary>An attempt failed; another follows.</summary>
    Waiting,

    /// <summary>The channel took it.</summary>
    Delivered,

    /// <summary>It was given up.</summary>
    Dead,
}

/// <summary>One notification to one channel in the ledger.</summary>
internal sealed record DeliveryEntry(string RowKey, string Channel, DeliveryStatus Status, int Attempts, DateTimeOffset FirstAttempt, DateTimeOffset NextAttempt, string Alert)
{
    public string ETag { get; init; } = "";

    public string LastError { get; init; } = "";

    public bool IsOpen => Status is DeliveryStatus.Sending or DeliveryStatus.Waiting;
}

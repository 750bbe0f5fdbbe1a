namespace MetricsAlerts.Messaging;

/// <summary>A queue's name and properties. The Bicep module and the emulator's configuration say the same.</summary>
public sealed record QueueDefinition(string Name)
{
    /// <summary>How long a message id is remembered.</summary>
    public TimeSpan DuplicateDetectionWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a session stays locked without renewal.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Deliveries after which a message that is given back is dead-lettered.</summary>
    public int MaxDeliveryCount { get; init; } = 10;
}

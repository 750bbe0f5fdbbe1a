namespace MetricsAlerts.Messaging;

/// <summary>How a message is settled.</summary>
public abstract record Settlement
{
    /// <summary>It was dealt with.</summary>
    public static Settlement Complete { get; } = new Completed();

    /// <summary>It was dealt with; remove it.</summary>
    public sealed record Completed : Settlement;

    /// <summary>It can never be dealt with; keep it with the reason.</summary>
    public sealed record DeadLetter(string Reason, string Description) : Settlement;
}

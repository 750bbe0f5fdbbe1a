namespace MetricsAlerts.Messaging;

/// <summary>A message that could not be processed, with the reason.</summary>
public sealed record DeadLetter(ReceivedMessage Message, string Reason, string Description, DateTimeOffset At);

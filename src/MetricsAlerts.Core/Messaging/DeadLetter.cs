namespace MetricsAlerts.Messaging;

/// <summary>A message that could not be processed, with the reason.</summary>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why, in one word; empty where nobody said.</param>
/// <param name="Description">Why, in a sentence; empty where nobody said.</param>
/// <param name="At">When it was dead-lettered or, if the queue itself did it and does not know, when the message was enqueued.</param>
public sealed record DeadLetter(ReceivedMessage Message, string Reason, string Description, DateTimeOffset At);

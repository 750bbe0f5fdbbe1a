namespace MetricsAlerts.Notifying.Muting;

/// <summary>
/// A silence that somebody asks for makes no sense, or there are too many; the message says what was found and what is allowed.
/// </summary>
public sealed class SilenceRefusedException(string message) : Exception(message);

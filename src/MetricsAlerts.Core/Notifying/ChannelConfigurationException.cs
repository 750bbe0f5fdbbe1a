namespace MetricsAlerts.Notifying;

/// <summary>A channel cannot be made from its definition. The message names the channel and what is missing, never a secret.</summary>
public sealed class ChannelConfigurationException(string message) : Exception(message);

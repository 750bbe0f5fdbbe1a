using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>Makes channels from their definitions.</summary>
public interface IChannelFactory
{
    /// <summary>The channel, ready to deliver.</summary>
    /// <exception cref="ChannelConfigurationException">The type is not known or the secret is missing; the message says which.</exception>
    IChannel Create(ChannelDefinition definition);
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Operations;

/// <summary>Tries a channel with a message that says that it is a test.</summary>
public sealed class ChannelTest(IChannelFactory factory)
{
    /// <summary>Sends it once. Returns what came of it, in a sentence.</summary>
    public async Task<string> SendAsync(ChannelDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            var message = SampleAlert.Message(definition.Name, SampleAlert.Of(Change.Fired));
            return await factory.Create(definition).DeliverAsync(message, cancellationToken) switch
            {
                DeliveryResult.Delivered when definition.Type == "teams" =>
                    $"Channel '{definition.Name}' took it. Teams says so when the flow has started: look whether the card is there.",
                DeliveryResult.Delivered => $"Channel '{definition.Name}' took it.",
                DeliveryResult.Deferred deferred => $"Channel '{definition.Name}' did not take it now: {deferred.Reason}",
                DeliveryResult.Refused refused => $"Channel '{definition.Name}' refused it: {refused.Reason}",
                var result => $"Channel '{definition.Name}': {result}",
            };
        }
        catch (ChannelConfigurationException exception)
        {
            return exception.Message;
        }
    }
}

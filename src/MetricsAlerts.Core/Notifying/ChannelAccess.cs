using MetricsAlerts.Notifying.Delivery;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Notifying;

/// <summary>How channels are reached: made from their definitions, left alone when they are down, and asked no faster than they take.</summary>
public sealed class ChannelAccess(IChannelFactory factory, SignedLinks links, ITableStore tables, IOptions<NotifyOptions> options, TimeProvider time)
{
    internal ChannelCooldown Cooldown { get; } = new(options.Value, time);

    internal ChannelTurns Turns { get; } = new(tables, time);

    /// <summary>Makes the channel, or returns why it cannot be made.</summary>
    internal string? Open(ChannelDefinition definition, out IChannel? channel)
    {
        channel = null;
        try
        {
            channel = factory.Create(definition);
            return null;
        }
        catch (ChannelConfigurationException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The message.</summary>
    internal Notification Compose(Group group, Attempt attempt)
    {
        var content = NotificationContent.Of(attempt.Changes);
        if (links.IsOn && attempt.Changes is [var single])
        {
            var added = content.Links.Append(("Open alert", links.Alert(single.Alert)!));
            if (content.IsOpen)
                added = added.Append(("Silence 4 h", links.Silence(single.Alert)!));
            content = content with { Links = [.. added], Chart = links.Chart(single.Alert) };
        }

        return new(attempt.Id, group.Channel, group.Name, attempt.Number, attempt.Changes) { Content = content };
    }
}

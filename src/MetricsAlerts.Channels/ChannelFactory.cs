using MetricsAlerts.Channels.Console;
using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Channels.Email;
using MetricsAlerts.Channels.Teams;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels;

/// <summary>Makes the channels that we know: one line for each type.</summary>
internal sealed class ChannelFactory(IHttpClientFactory http, ISecretSource secrets, ITranscript transcript) : IChannelFactory
{
    private const string SecretPrefix = "secret:";

    public IChannel Create(ChannelDefinition definition) => definition.Type switch
    {
        "teams" => new TeamsChannel(Sender(definition)),
        "email" => new EmailChannel(Sender(definition), definition.To),
        "console" => new ConsoleChannel(transcript),
        _ => throw new ChannelConfigurationException($"Channel '{definition.Name}' has the unknown type '{definition.Type}'; allowed: teams, email, console."),
    };

    private WebhookSender Sender(ChannelDefinition definition) => new(http.CreateClient(WebhookSender.ClientName), AddressOf(definition));

    private Uri AddressOf(ChannelDefinition definition)
    {
        var isSecret = definition.Url.StartsWith(SecretPrefix, StringComparison.Ordinal);
        var name = definition.Url[(isSecret ? SecretPrefix.Length : 0)..];
        var text = isSecret ? secrets.Find(name) : definition.Url;
        if (string.IsNullOrWhiteSpace(text))
            throw new ChannelConfigurationException($"Channel '{definition.Name}' needs the secret '{name}'; set Secrets__{name.Replace('-', '_')}.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address))
            throw new ChannelConfigurationException($"Channel '{definition.Name}': its URL is not an absolute address.");
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            throw new ChannelConfigurationException($"Channel '{definition.Name}': its URL must be https; http is accepted for loopback only.");
        return address;
    }
}

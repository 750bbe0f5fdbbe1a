using MetricsAlerts.Channels.Alertmanager;
using MetricsAlerts.Channels.Console;
using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Channels.Email;
using MetricsAlerts.Channels.PagerDuty;
using MetricsAlerts.Channels.Slack;
using MetricsAlerts.Channels.Teams;
using MetricsAlerts.Channels.Webhook;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Channels;

/// <summary>Makes the channels that we know: one line for each type.</summary>
internal sealed class ChannelFactory(
    IHttpClientFactory http,
    ISecretSource secrets,
    ITranscript transcript,
    IAlertChart chart,
    TimeProvider time,
    IOptions<ChannelsOptions> options)
    : IChannelFactory
{
    private const string SecretPrefix = "secret:";

    public IChannel Create(ChannelDefinition definition) => (definition.Type, definition.Format) switch
    {
        ("teams", _) => new TeamsChannel(Sender(definition), definition.Mention),
        ("email", "logic-app") => new LogicAppChannel(Sender(definition), definition, chart),
        ("email", "sendgrid") => new SendGridChannel(Sender(definition, SendGridChannel.Address), definition, KeyOf(definition), chart),
        ("email", "smtp") =>
            new SmtpChannel(
                ServerOf(definition),
                definition,
                definition.User is null ? null : KeyOf(definition),
                options.Value,
                chart),
        ("slack", _) => new SlackChannel(Sender(definition), definition.Mention),
        ("pagerduty", _) => new PagerDutyChannel(Sender(definition, PagerDutyChannel.Address), KeyOf(definition)),
        ("webhook", _) => new WebhookChannel(Sender(definition), SigningSecretsOf(definition), time),
        ("alertmanager", _) => Alertmanager(definition),
        ("console", _) => new ConsoleChannel(transcript),
        _ => throw new ChannelConfigurationException(
            $"Channel '{definition.Name}' has the unknown type '{definition.Type}' or format '{definition.Format}'; allowed: " +
            $"{string.Join(", ", ChannelDefinition.Types)}."),
    };

    /// <summary>Three posts may be lost before it takes an alert for over.</summary>
    private AlertmanagerChannel Alertmanager(ChannelDefinition definition) => new(
        Sender(definition, AlertmanagerChannel.AddressOf),
        definition.Key is null ? null : KeyOf(definition),
        4 * definition.RepeatEvery!.Value,
        time);

    private WebhookSender Sender(ChannelDefinition definition, Func<Uri, Uri> addressOf) =>
        new(http.CreateClient(WebhookSender.ClientName), addressOf(AddressOf(definition)), time);

    /// <summary>Posts to the channel's address, or to that which the service itself has.</summary>
    private WebhookSender Sender(ChannelDefinition definition, Uri? otherwise = null) =>
        new(
            http.CreateClient(WebhookSender.ClientName),
            otherwise is not null && definition.Url.Length == 0 ? otherwise : AddressOf(definition),
            time);

    private string KeyOf(ChannelDefinition definition) => Secret(definition, definition.Key ?? $"{SecretPrefix}{definition.Name}-key");

    private string SigningSecretsOf(ChannelDefinition definition) => KeyOf(definition) is var key && StandardWebhookSignature.IsValid(key)
        ? key
        : throw new ChannelConfigurationException(
            $"Channel '{definition.Name}': a signing secret is written whsec_ and base64 of at least 24 bytes.");

    private string Secret(ChannelDefinition definition, string text)
    {
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return text;
        var name = text[SecretPrefix.Length..];
        return secrets.Find(name) is { Length: > 0 } secret && !string.IsNullOrWhiteSpace(secret)
            ? secret.Trim()
            : throw new ChannelConfigurationException(
                $"Channel '{definition.Name}' needs the secret '{name}'; set Secrets__{name.Replace('-', '_')}.");
    }

    private Uri AddressOf(ChannelDefinition definition)
    {
        if (!Uri.TryCreate(Secret(definition, definition.Url), UriKind.Absolute, out var address))
            throw new ChannelConfigurationException($"Channel '{definition.Name}': its URL is not an absolute address.");
        if (address.Scheme != Uri.UriSchemeHttps &&
            !(address.Scheme == Uri.UriSchemeHttp &&
                (options.Value.Allows(address.Host, address.Port) || (address.IsLoopback && options.Value.AllowLoopback))))
            throw new ChannelConfigurationException(
                $"Channel '{definition.Name}': its URL must be https; http is accepted for loopback only, with Channels:AllowLoopback, " +
                "and for what Channels:AllowedHosts names.");
        return address;
    }

    private Uri ServerOf(ChannelDefinition definition) =>
        Uri.TryCreate(Secret(definition, definition.Url), UriKind.Absolute, out var address) && address.Scheme is "smtp" or "smtps"
            ? address!
            : throw new ChannelConfigurationException(
                $"Channel '{definition.Name}': a mail server is written smtp://HOST:587 or smtps://HOST:465.");
}

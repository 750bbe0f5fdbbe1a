using System.Net;
using MailKit.Net.Smtp;
using MailKit.Security;
using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MimeKit;
using MimeKit.Utils;

namespace MetricsAlerts.Channels.Email;

/// <summary>
/// Mail through a mail server: <c>smtps</c> with TLS from the start, <c>smtp</c> with STARTTLS, which only a server on loopback may
/// lack.
/// </summary>
internal sealed class SmtpChannel(
    Uri server,
    ChannelDefinition definition,
    string? password,
    ChannelsOptions options,
    IAlertChart chart) : IChannel
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public TimeSpan Pace => TimeSpan.Zero;

    public async Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        var progress = new Progress();
        try
        {
            using var message = Compose(Mail.Render(notification, chart), definition);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Timeout);
            await SendAsync(message, progress, limit.Token);
            return new DeliveryResult.Delivered();
        }
        catch (TargetRefusedException exception)
        {
            return new DeliveryResult.Refused(exception.Message);
        }
        catch (AuthenticationException)
        {
            return new DeliveryResult.Refused($"{server.Host} does not accept the user or the password");
        }
        catch (SmtpCommandException exception)
        {
            // 4yz asks to come again, 5yz refuses (RFC 5321, 4.2.1).
            var reason = $"{server.Host} answered {(int)exception.StatusCode}";
            return (int)exception.StatusCode < 500 ? new DeliveryResult.Deferred(reason) : new DeliveryResult.Refused(reason);
        }
        catch (Exception exception) when (
            exception is IOException or System.Net.Sockets.SocketException or MailKit.ProtocolException or SslHandshakeException ||
            exception is NotSupportedException ||
            (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = $"{server.Host} cannot be used now ({exception.GetType().Name})";
            return progress.IsTaken
                ? new DeliveryResult.Delivered()
                : new DeliveryResult.Deferred(reason) { MayHaveArrived = progress.IsSending };
        }
    }

    private async Task SendAsync(MimeMessage message, Progress progress, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient();
        var isTls = server.Scheme == "smtps";
        var port = server.Port > 0 ? server.Port : isTls ? 465 : 587;
        await using var connection = await TargetGuard.ConnectAsync(new DnsEndPoint(server.Host, port), options, cancellationToken);
        var security = isTls
            ? SecureSocketOptions.SslOnConnect
            : options.AllowLoopback && server.IsLoopback
            ? SecureSocketOptions.StartTlsWhenAvailable
            : SecureSocketOptions.StartTls;
        await client.ConnectAsync(connection, server.Host, port, security, cancellationToken);
        if (definition.User is { } user && password is not null)
            await client.AuthenticateAsync(user, password, cancellationToken);
        progress.IsSending = true;
        await client.SendAsync(message, cancellationToken);
        progress.IsTaken = true;
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    public static MimeMessage Compose(Mail mail, ChannelDefinition definition)
    {
        var body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html };
        if (mail.Chart is { } png)
            body.Attachments.Add(Mail.ChartName, png, new ContentType("image", "png"));
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            MessageId = mail.MessageId,
            InReplyTo = mail.Thread,
            Body = body.ToMessageBody(),
            Importance = mail.IsUrgent ? MessageImportance.High : MessageImportance.Normal,
        };
        message.References.Add(mail.Thread);
        message.From.Add(
            MailboxAddress.Parse(
                definition.From ?? throw new ChannelConfigurationException($"Channel '{definition.Name}' needs a sender: from.")));
        message.To.AddRange(definition.To.Select(MailboxAddress.Parse));
        return message;
    }

    /// <summary>How far a delivery got before it broke off. To part without a farewell takes nothing back.</summary>
    private sealed class Progress
    {
        public bool IsSending { get; set; }

        public bool IsTaken { get; set; }
    }
}

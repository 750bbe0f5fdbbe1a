using System.Text;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MimeKit;

namespace MetricsAlerts.Channels.Tests;

public sealed class SmtpChannelTests
{
    private static readonly ChannelDefinition Definition = new("mail", "email", "secret:hook")
    {
        Format = "smtp",
        To = ["ml-oncall@example.com", "boss@example.com"],
        From = "alerts@example.com",
    };

    [Fact]
    public async Task A_mail_arrives_with_both_bodies_the_chart_and_its_conversation()
    {
        await using var server = new SmtpServer();

        Assert.IsType<DeliveryResult.Delivered>(await WebhookDeliveryTests.DeliverAsync(Definition, server.Address.ToString()));

        var mail = await MimeMessage.LoadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(server.Messages))), TestContext.Current.CancellationToken);
        Assert.Equal("WARNING: accuracy-floor on credit-risk (10.20.0.11)", mail.Subject);
        Assert.Contains("Accuracy is 0.8312", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Accuracy is 0.8312", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("image/png", Assert.Single(mail.Attachments).ContentType.MimeType);
        Assert.Equal($"{Alerts.Changed(Change.Fired).Alert.Key.Id}@metricsalerts", mail.InReplyTo);
        Assert.Equal(2, server.Commands.Count(command => command.StartsWith("RCPT", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("451 come again", "Deferred")]
    [InlineData("550 nobody of this name", "Refused")]
    public async Task A_server_says_whether_to_come_again(string answer, string expected)
    {
        await using var server = new SmtpServer(answer);

        Assert.Equal(expected, (await WebhookDeliveryTests.DeliverAsync(Definition, server.Address.ToString())).GetType().Name);
    }

    [Theory]
    [InlineData("DATA", "Deferred { Reason = 127.0.0.1 cannot be used now (SmtpProtocolException), RetryAfter = , MayHaveArrived = True }")]
    [InlineData("QUIT", "Delivered { }")]
    public async Task A_mail_may_have_arrived_when_the_server_hangs_up_after_it_and_has_when_it_said_so(string hangsUpAt, string expected)
    {
        await using var server = new SmtpServer(hangsUpAt: hangsUpAt);

        Assert.Equal(expected, (await WebhookDeliveryTests.DeliverAsync(Definition, server.Address.ToString())).ToString());
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task A_mail_cannot_have_arrived_when_it_was_not_sent()
    {
        await using var server = new SmtpServer("451 come again");

        foreach (var address in (string[])[server.Address.ToString(), "smtp://127.0.0.1:1"])
            Assert.False(
                Assert.IsType<DeliveryResult.Deferred>(await WebhookDeliveryTests.DeliverAsync(Definition, address)).MayHaveArrived);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again() =>
        Assert.IsType<DeliveryResult.Deferred>(await WebhookDeliveryTests.DeliverAsync(Definition, "smtp://127.0.0.1:1"));

    [Fact]
    public async Task A_server_inside_the_network_is_refused() =>
        Assert.IsType<DeliveryResult.Refused>(await WebhookDeliveryTests.DeliverAsync(Definition, "smtp://10.0.0.1:25"));
}

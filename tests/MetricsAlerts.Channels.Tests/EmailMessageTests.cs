using System.Text.Json;
using MetricsAlerts.Channels.Email;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Channels.Tests;

public sealed class EmailMessageTests
{
    [Theory]
    [InlineData(Transition.Fired)]
    [InlineData(Transition.Escalated)]
    [InlineData(Transition.Resolved)]
    public void A_mail_says_the_same_facts(Transition transition)
    {
        var mail = JsonDocument.Parse(EmailMessage.Render(Alerts.Notification(transition), ["ml-oncall@example.com"])).RootElement;
        Snapshot.Verify(JsonSerializer.Serialize(mail, PrettyOptions.Instance), $"email-{transition}.json");
    }

    [Fact]
    public void Text_from_outside_is_neither_markup_nor_another_header()
    {
        var mail = JsonDocument.Parse(EmailMessage.Render(Alerts.Notification(Transition.Fired, "<script>x</script>\r\nBcc: a@example.com"), ["a@example.com"])).RootElement;

        Assert.DoesNotContain("<script>", mail.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\n", mail.GetProperty("subject").GetString(), StringComparison.Ordinal);
    }
}

using System.Text;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Channels.Tests;

/// <summary>What each channel sends for each change, and for a storm.</summary>
public sealed class ChannelSnapshotTests
{
    private static readonly ChannelPreview Preview = new(new FixedChart());

    private static readonly ChannelDefinition[] Channels =
    [
        new("logic-app", "email", "secret:x") { To = ["ml-oncall@example.com"] },
        new("sendgrid", "email", "") { Format = "sendgrid", To = ["ml-oncall@example.com"], From = "alerts@example.com", Key = "secret:x" },
        new("slack", "slack", "secret:x") { Mention = ["U123"] },
        new("pagerduty", "pagerduty", "") { Key = "secret:x" },
        new("webhook", "webhook", "secret:x") { Key = "secret:x" },
    ];

    public static TheoryData<string, Change> Cases
    {
        get
        {
            var cases = new TheoryData<string, Change>();
            foreach (var channel in Channels)
            {
                foreach (var change in Alerts.Changes)
                    cases.Add(channel.Name, change);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_change_is_notified_with_the_same_facts(string channel, Change change)
    {
        var notification = Alerts.Notification(change);
        var text = Render(channel, notification);

        Snapshot.Verify(text, $"{channel}-{change}.json");
        if (channel == "pagerduty" && !notification.Content.IsOpen)
            return;
        Assert.All(
            notification.Content.Facts.Select(fact => fact.Value),
            value => Assert.Contains(value, System.Net.WebUtility.HtmlDecode(text), StringComparison.Ordinal));
    }

    [Fact]
    public void A_storm_shows_the_ten_worst_on_every_channel()
    {
        var storm = Alerts.Storm(Alerts.Changed(Change.Escalated), 1000);

        foreach (var channel in Channels.Where(channel => channel.Type is not ("pagerduty" or "webhook")))
        {
            var text = Render(channel.Name, storm);
            Assert.Contains("1000 critical", text, StringComparison.Ordinal);
            Assert.Equal(10, Count(text, "Accuracy is 0.7312", channel.Name is "slack" ? 1 : 2));
        }

        Assert.True(Teams.TeamsMessage.Render(storm.Content, []).Length < Teams.TeamsMessage.MaxBytes);
    }

    [Theory]
    [InlineData("slack", "<!channel> <https://evil|x>", "&lt;!channel&gt; &lt;https://evil|x&gt;")]
    [InlineData("logic-app", "<script>x</script>", "&lt;script&gt;")]
    public void Text_from_outside_is_not_markup(string channel, string label, string escaped)
    {
        var text = Render(channel, Alerts.Notification(Change.Fired, label));

        Assert.Contains(escaped, System.Text.RegularExpressions.Regex.Unescape(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_subject_is_one_line()
    {
        var mail = Email.Mail.Render(Alerts.Notification(Change.Fired, "a\r\nBcc: x@example.com"), new FixedChart());

        Assert.DoesNotContain('\n', mail.Subject);
    }

    [Fact]
    public void Slack_stays_within_its_limits()
    {
        var text = Render("slack", Alerts.Notification(Change.Fired, new string('漢', 50_000), new string('*', 50_000)));
        using var message = System.Text.Json.JsonDocument.Parse(text);
        var blocks = message.RootElement.GetProperty("blocks").EnumerateArray().ToList();

        Assert.True(blocks.Count <= 50);
        Assert.All(blocks.Where(block => block.TryGetProperty("text", out _)), block =>
            Assert.True(
                block.GetProperty("text")
                    .GetProperty("text").GetString()!.Length <= (block.GetProperty("type").GetString() == "header" ? 150 : 3000)));
    }

    private static string Render(string channel, Notification notification) =>
        Encoding.UTF8.GetString(Preview.Render(Channels.Single(definition => definition.Name == channel), notification));

    /// <summary>Mails say everything twice: as text and as HTML.</summary>
    private static int Count(string text, string part, int times) =>
        (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length / times;
}

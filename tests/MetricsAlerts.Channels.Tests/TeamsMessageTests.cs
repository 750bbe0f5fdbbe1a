using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Channels.Teams;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Channels.Tests;

public sealed class TeamsMessageTests
{
    public static TheoryData<Change> Changes => [.. Alerts.Changes];

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_card_says_what_where_how_bad_and_since_when(Change change) =>
        Snapshot.Verify(Pretty(TeamsMessage.Render(Alerts.Notification(change).Content, [])), $"teams-{change}.json");

    [Fact]
    public async Task The_official_parser_has_nothing_to_say_of_any_card()
    {
        var cards = Alerts.Changes.Select(change => TeamsMessage.Render(Alerts.Notification(change).Content, [])).ToList();
        cards.Add(TeamsMessage.Render(Alerts.Notification(Change.Fired, new string('w', 100_000)).Content, ["ann@example.com"]));
        var home = await NodePackages.InstallAsync("MetricsAlerts.Channels.Tests", "Cards", TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("node", ["check.cjs"])
        {
            WorkingDirectory = home,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        foreach (var card in cards)
            await node.StandardInput.WriteLineAsync(Encoding.UTF8.GetString(card));
        node.StandardInput.Close();

        var said = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("", 0), (said, node.ExitCode));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void A_message_stays_below_28_KB_whatever_it_says(int length)
    {
        var text = new string('漢', length);
        Assert.True(TeamsMessage.Render(Alerts.Notification(Change.Fired, text, text).Content, []).Length <= TeamsMessage.MaxBytes);
    }

    [Fact]
    public void The_names_of_many_deployments_are_cut_and_no_markup_either()
    {
        var storm = Alerts.Notification(
            [.. Enumerable.Range(0, 40).Select(number => Alerts.Changed(Change.Fired, $"<b>{number}</b>{new string('*', 5000)}"))]);
        var card = TeamsMessage.Render(storm.Content, []);

        Assert.True(card.Length <= TeamsMessage.MaxBytes);
        Assert.DoesNotContain("<b>", Encoding.UTF8.GetString(card), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(119)]
    [InlineData(120)]
    [InlineData(499)]
    [InlineData(1999)]
    [InlineData(100_001)]
    public void A_character_of_two_halves_is_never_torn(int before)
    {
        var text = new string('w', before) + string.Concat(Enumerable.Repeat("📉", 2000));

        Assert.DoesNotContain(
            "\uFFFD",
            Pretty(TeamsMessage.Render(Alerts.Notification(Change.Fired, text, text).Content, [])),
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Text_from_outside_is_not_markup()
    {
        var card = Encoding.UTF8.GetString(
            TeamsMessage.Render(Alerts.Notification(Change.Fired, "[click](https://evil.example.com) <b>*now*</b>\n# now").Content, []));
        using var message = JsonDocument.Parse(card);
        var title = message.RootElement.GetProperty("attachments")[0]
            .GetProperty("content").GetProperty("body")[0].GetProperty("items")[0].GetProperty("text").GetString();

        Assert.Contains("\\[click\\]\\(https://evil.example.com\\) &lt;b&gt;\\*now\\*&lt;/b&gt; \\# now", title, StringComparison.Ordinal);
    }

    private static string Pretty(byte[] json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, PrettyOptions.Instance);
}

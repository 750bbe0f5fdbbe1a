using System.Text;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Channels.Email;
using MetricsAlerts.Channels.Teams;
using MetricsAlerts.Notifying;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Channels.Tests;

/// <summary>
/// Cards, rendered by the official package, and mails in a real browser. Screenshots are kept in <c>artifacts/screenshots</c>.
/// </summary>
public sealed class BrowserTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<Notification> Notifications
    {
        get
        {
            foreach (var change in Alerts.Changes)
                yield return Alerts.Notification(change);
            yield return Alerts.Storm(Alerts.Changed(Change.Escalated), 40);
            yield return Alerts.Notification(Change.Fired, "<img src=x onerror=alert(1)> *bold* [link](javascript:alert(1))");
        }
    }

    [Fact]
    public async Task Every_card_is_rendered_as_people_see_it()
    {
        var home = await NodePackages.InstallAsync("MetricsAlerts.Channels.Tests", "Cards", Cancellation);
        var cards = Notifications.Select(
            notification =>
                JsonDocument.Parse(
                    TeamsMessage.Render(notification.Content, ["ann@example.com"])).RootElement.GetProperty("attachments")[0]
                    .GetProperty("content").GetRawText())
            .ToList();
        var script = new Uri(Path.Combine(home, "node_modules", "adaptivecards", "dist", "adaptivecards.min.js"));
        var page = $$"""
            <!doctype html><meta charset="utf-8"><body style="width:640px;font-family:sans-serif"><main></main>
            <script src="{{script}}"></script><script>
            AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
              const holder = document.createElement("p"); holder.textContent = text;
              result.outputHtml = holder.outerHTML; result.didProcess = true;
            };
            for (const content of [{{string.Join(",", cards).Replace("</", "<\\/", StringComparison.Ordinal)}}]) {
              const card = new AdaptiveCards.AdaptiveCard(); card.parse(content);
              const box = document.createElement("section"); box.append(card.render()); document.querySelector("main").append(box);
            }
            </script>
            """;

        var dom = await BrowseAsync(page, "teams");

        Assert.Equal(cards.Count, Count(dom, "<section>"));
        Assert.Contains("40 changes of alerts on credit-risk", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=\"x\"", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"javascript:", dom, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mail_is_rendered_as_people_see_it()
    {
        var mails = Notifications.Select(notification => Mail.Render(notification, new FixedChart()).Html).ToList();
        var page = $"<!doctype html><meta charset=\"utf-8\"><body " +
            $"style=\"width:640px\"><main>{string.Concat(mails.Select(mail => $"<section>{mail}</section>"))}</main>";

        var dom = await BrowseAsync(page, "mail");

        Assert.Equal(mails.Count, Count(dom, "<section>"));
        Assert.Equal(mails.Count, Count(dom, "<h2 "));
        Assert.DoesNotContain("<img", dom, StringComparison.Ordinal);
    }

    private static async Task<string> BrowseAsync(string page, string name)
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var folder = new TemporaryFolder();
        var file = folder.File("page.html");
        await File.WriteAllTextAsync(file, page, Encoding.UTF8, Cancellation);
        Assert.InRange(await Chromium.PhotographAsync(new(file), name, 680, 6000, Cancellation), 10_000, long.MaxValue);
        return await Chromium.DumpAsync(new(file), Cancellation);
    }

    private static int Count(string text, string part) =>
        (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;
}

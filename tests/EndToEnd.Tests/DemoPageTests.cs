using System.Text.RegularExpressions;
using MetricsAlerts.Alerts;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary>The demo's page in a real browser.</summary>
public sealed partial class DemoPageTests
{
    [Fact]
    public async Task The_cards_are_rendered_by_the_official_package()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var demo = DemoProcess.Start("demo");
        var page = await demo.ErrorMatchAsync(PageAddress());
        await demo.ErrorMatchAsync(ReplayIsOver());

        var dom = await Chromium.DumpAsync(new(page), TestContext.Current.CancellationToken);
        await OpenLinksAsync(dom);
        await demo.KillAsync();

        Assert.Contains("8 messages", dom, StringComparison.Ordinal);
        Assert.Equal(8, RenderedCard().Count(dom));
        Assert.Contains("CRITICAL: 4 changes of alerts on credit-risk", dom, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "\\(",
            dom[dom.IndexOf("<main", StringComparison.Ordinal)..dom.IndexOf("</main", StringComparison.Ordinal)],
            StringComparison.Ordinal);
    }

    /// <summary>The charts and alert pages that the cards link are there, also of alerts of weeks ago.</summary>
    private static async Task OpenLinksAsync(string dom)
    {
        using var http = new HttpClient();
        var links = Link().Matches(dom).Select(match => match.Value.Replace("&amp;", "&", StringComparison.Ordinal)).Distinct().ToList();
        Assert.Contains(links, link => link.Contains("/links/chart.png", StringComparison.Ordinal));
        foreach (var link in links)
        {
            using var response = await http.GetAsync(new Uri(link), TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{link}: {response.StatusCode}");
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/links/[^""' ]+")]
    private static partial Regex Link();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/chat$")]
    private static partial Regex PageAddress();

    [GeneratedRegex("The replay is over.*")]
    private static partial Regex ReplayIsOver();

    [GeneratedRegex("class=\"ac-factset")]
    private static partial Regex RenderedCard();
}

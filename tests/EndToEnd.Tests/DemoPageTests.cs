using System.Text.RegularExpressions;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary>The demo's page in a real browser.</summary>
public sealed partial class DemoPageTests
{
    private static readonly string[] Quiet =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--virtual-time-budget=5000", "--dump-dom",
    ];

    [Fact]
    public async Task The_cards_are_rendered_by_the_official_package()
    {
        var browser = (string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        var program = browser.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "No Chromium is installed; .ci/run installs it where it can.");
        using var folder = new TemporaryFolder();
        using var demo = DemoProcess.Start("demo");
        var page = await demo.ErrorMatchAsync(PageAddress());
        await demo.ErrorMatchAsync(ReplayIsOver());

        using var chromium = NodePackages.Start(program!, [.. Quiet, $"--user-data-dir={folder.File("profile")}", page], folder.Path);
        _ = chromium.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var dom = await chromium.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await demo.KillAsync();

        Assert.Contains("8 messages", dom, StringComparison.Ordinal);
        Assert.Equal(8, RenderedCard().Count(dom));
        Assert.Contains("CRITICAL: 4 alert transitions on credit-risk", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("\\(", dom[dom.IndexOf("<main", StringComparison.Ordinal)..dom.IndexOf("</main", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/$")]
    private static partial Regex PageAddress();

    [GeneratedRegex("The replay is over.*")]
    private static partial Regex ReplayIsOver();

    [GeneratedRegex("class=\"ac-factset")]
    private static partial Regex RenderedCard();
}

using MetricsAlerts.Testing;
using Microsoft.Playwright;

namespace EndToEnd.Tests.Dashboard;

/// <summary>Debian's Chromium, driven by Playwright.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Browser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Chromium.Program, Args = ["--no-sandbox", "--disable-gpu"] });
        return new(playwright, browser);
    }

    /// <summary>A window of its own: nothing is remembered of others.</summary>
    /// <param name="address">The site.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="isDark">Whether the reader prefers dark.</param>
    /// <param name="hasScripts">Whether scripts run.</param>
    public async Task<IPage> OpenAsync(Uri address, int width = 1200, bool isDark = false, bool hasScripts = true)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScripts,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

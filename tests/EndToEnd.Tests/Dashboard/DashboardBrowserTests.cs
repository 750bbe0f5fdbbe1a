using MetricsAlerts.Metrics;
using MetricsAlerts.Testing;
using Microsoft.Playwright;

namespace EndToEnd.Tests.Dashboard;

/// <summary>The dashboard as a person uses it, in a real browser.</summary>
public sealed class DashboardBrowserTests : IAsyncLifetime
{
    private DashboardApplication _dashboard = null!;
    private Browser _browser = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string FloorPage => DashboardApplication.PageOf("floor", "d1", Instances.All, "Accuracy");

    private static (string Name, string Address)[] Pages =>
    [
        ("overview", "/"), ("alert", FloorPage), ("deployments", "/deployments"), ("deployment", "/deployments/d1"), ("rules", "/rules"),
        ("rule", "/rules/floor"), ("history", "/history"), ("silences", "/silences"),
        ("new-silence", "/silences/new?deployment=credit-*"), ("channels", "/channels"), ("dead-letters", "/dead-letters"),
        ("pipeline", "/pipeline"), ("sign-in", "/sign-in"), ("not-here", "/rules/nothing"),
    ];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        _dashboard = await DashboardApplication.StartAsync();
        _browser = await Browser.StartAsync();
        await _dashboard.ReadAsync("d1", "credit-risk", Instances.All, "Accuracy", 0.95, 0.94, 0.93, 0.6, 0.55, 0.4);
        await _dashboard.ReadAsync("d1", "credit-risk", "10.20.0.13", "responseTime", 90, 80, 900, 900);
        await _dashboard.ReadAsync("d2", "churn", Instances.All, "Accuracy", 0.95, 0.8);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_the_worst_alert_from_the_overview(bool hasScripts)
    {
        var page = await _browser.OpenAsync(_dashboard.Address, hasScripts: hasScripts);
        await page.GotoAsync("/");
        var worst = page.Locator("article").First;
        await Assertions.Expect(worst).ToContainTextAsync("credit-risk: Accuracy 0.4");

        await worst.GetByRole(AriaRole.Link, new() { Name = "Why" }).ClickAsync();
        await page.GetByLabel("Who you are").FillAsync("ann");
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("load test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence 4h" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("It is silenced for 4h.");

        await page.GetByRole(AriaRole.Link, new() { Name = "MetricsAlerts" }).ClickAsync();
        await Assertions.Expect(page.Locator("article", new() { HasText = "silenced by ann: “load test”" }))
            .ToContainTextAsync("credit-risk");
        await Assertions.Expect(page.Locator("article").First).Not.ToContainTextAsync("silenced");
    }

    [Fact]
    public async Task A_silence_is_looked_at_before_it_is_made()
    {
        var page = await _browser.OpenAsync(_dashboard.Address);
        await page.GotoAsync("/silences/new");
        await page.GetByLabel("deployment").FillAsync("churn");
        await page.GetByRole(AriaRole.Button, new() { Name = "What would it mute?" }).ClickAsync();
        await Assertions.Expect(page.Locator("section")).ToContainTextAsync("1 of 3 open alerts");
        await page.GetByLabel("Who you are").FillAsync("bob");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("deployment=churn is silenced until");
    }

    [Fact]
    public async Task A_page_that_is_looked_at_shows_what_is_new_and_stays_as_it_is()
    {
        var page = await _browser.OpenAsync(_dashboard.Address);
        await page.GotoAsync("/dead-letters");
        await page.GetByText("The message, number").First.ClickAsync();
        await _dashboard.ReadAsync("d2", "churn", "10.20.1.11", "responseTime", 80, 900, 900);
        await page.EvaluateAsync("window.dispatchEvent(new Event('refresh-now'))");
        await Assertions.Expect(page.Locator("article")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("details").First).ToHaveAttributeAsync("open", "");

        await page.GotoAsync(FloorPage);
        await page.GetByLabel("Who you are").FillAsync("half a name");
        await page.EvaluateAsync("window.dispatchEvent(new Event('refresh-now'))");
        await Assertions.Expect(page.GetByLabel("Who you are")).ToHaveValueAsync("half a name");
    }

    [Fact]
    public async Task Times_are_the_readers_own_with_UTC_beside_them()
    {
        var page = await _browser.OpenAsync(_dashboard.Address);
        await page.GotoAsync("/");
        var since = page.Locator("article time[data-local]").First;

        var at = DateTimeOffset.Parse((await since.GetAttributeAsync("datetime"))!, System.Globalization.CultureInfo.InvariantCulture);
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        await Assertions.Expect(since).ToContainTextAsync($"{local:HH:mm}");
        await Assertions.Expect(since).ToHaveAttributeAsync("title", $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_page_shuts_anybody_out(bool isDark)
    {
        var home = await NodePackages.InstallAsync("EndToEnd.Tests", "Axe", Cancellation);
        var axe = await File.ReadAllTextAsync(Path.Combine(home, "node_modules", "axe-core", "axe.min.js"), Cancellation);
        var page = await _browser.OpenAsync(_dashboard.Address, isDark: isDark);
        foreach (var (name, address) in Pages)
        {
            await page.GotoAsync(address);
            await page.EvaluateAsync(axe);
            var found = await page.EvaluateAsync<string[]>(
                """
                axe.run().then(found => found.violations.flatMap(violation =>
                  violation.nodes.map(node => `${violation.id}: ${node.html} ${node.failureSummary}`)))
                """);
            Assert.True(found.Length == 0, $"{name}: {string.Join('\n', found)}");
        }
    }

    [Theory]
    [InlineData(1200, false)]
    [InlineData(1200, true)]
    [InlineData(360, false)]
    [InlineData(360, true)]
    public async Task No_page_is_wider_than_the_screen(int width, bool isDark)
    {
        var page = await _browser.OpenAsync(_dashboard.Address, width, isDark);
        var problems = new List<string>();
        page.Console += (_, message) => problems.Add(message.Text);
        page.PageError += (_, error) => problems.Add(error);
        foreach (var (name, address) in Pages)
        {
            await page.GotoAsync(address);
            var picture = Repository.File("artifacts", "screenshots", $"dashboard-{name}-{width}{(isDark ? "-dark" : "")}.png");
            await page.ScreenshotAsync(new() { Path = picture, FullPage = true });
            Assert.True(
                await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{name} is wider than {width} pixels.");
        }

        Assert.DoesNotContain(problems, problem => !problem.Contains("404", StringComparison.Ordinal));
    }
}

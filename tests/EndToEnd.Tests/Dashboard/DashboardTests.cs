using System.Net;
using System.Text.RegularExpressions;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying.Muting;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests.Dashboard;

/// <summary>The pages over HTTP, without a browser: what they show, what they escape, and forms that need no script.</summary>
public sealed partial class DashboardTests : IAsyncLifetime
{
    private DashboardApplication _dashboard = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string FloorPage => DashboardApplication.PageOf("floor", "d1", Instances.All, "Accuracy");

    public async ValueTask InitializeAsync()
    {
        _dashboard = await DashboardApplication.StartAsync();
        _http = _dashboard.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _dashboard.DisposeAsync();
    }

    public static TheoryData<string> Pages =>
    [
        "/", "/deployments", "/deployments/d1", "/rules", "/rules/floor", "/history", "/silences", "/silences/new?rule=floor", "/channels",
        "/dead-letters", "/pipeline", "/sign-in", FloorPage,
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_loads_nothing_from_elsewhere_and_runs_nothing_that_is_written_in_it(string page)
    {
        await FireAsync();

        using var response = await _http.GetAsync(new Uri(page, UriKind.Relative), Cancellation);
        var html = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith(
            "default-src 'none'; script-src 'self';",
            response.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)<script(?! src=""/assets/)|\son[a-z]+=", html);
        Assert.All(Loaded().Matches(html), match => Assert.StartsWith("/", match.Groups[1].Value, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task What_others_write_is_shown_as_text(string page)
    {
        const string Evil = "<img src=x onerror=alert(1)>\"'";
        await _dashboard.ApplyAsync(
            DashboardApplication.Rules.Replace("Wrong too often", "'<b>rule</b>'", StringComparison.Ordinal));
        await FireAsync(label: Evil);
        await _dashboard.ReadAsync("d1", Evil, "<i>host</i>", "Accuracy", 0.5);
        await _dashboard.Services.GetRequiredService<SilenceStore>().AddAsync(
            SilenceRequest.ReadMatch([("deployment", Evil)]),
            _dashboard.Hour,
            TimeSpan.FromDays(1),
            "<u>me</u>",
            "<s>why</s>",
            Cancellation);

        var html = await GetAsync(page);

        Assert.DoesNotMatch("<img|<b>rule|<i>host|<u>me|<s>why", html);
    }

    [Fact]
    public async Task The_overview_says_what_is_open_the_worst_first_and_who_was_notified()
    {
        await _dashboard.ReadAsync("d2", "churn", Instances.All, "Accuracy", 0.95, 0.8);
        await FireAsync();

        var html = await GetAsync("/");

        Assert.Contains("<h1>2 alerts open</h1>", html, StringComparison.Ordinal);
        Assert.Contains("credit-risk</a>: Accuracy 0.4, floor 0.7", html, StringComparison.Ordinal);
        Assert.True(html.IndexOf("credit-risk</a>:", StringComparison.Ordinal) < html.IndexOf("churn</a>:", StringComparison.Ordinal));
        Assert.Contains("✓</span> out told that it fired", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.Contains("<b>1</b>critical", html, StringComparison.Ordinal);
        Assert.Contains("class=\"s-crit\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nothing_is_open_the_overview_says_so_and_shows_that_all_is_fine()
    {
        await _dashboard.ReadAsync("d1", "credit-risk", Instances.All, "Accuracy", 0.95);

        var html = await GetAsync("/");

        Assert.Contains("<h1>Nothing is open</h1>", html, StringComparison.Ordinal);
        Assert.Matches("class=\"cell ok\" href=\"/deployments/d1#Accuracy\"[^>]*>0.95<", html);
    }

    [Fact]
    public async Task What_is_past_a_threshold_but_not_for_long_enough_is_pending()
    {
        await _dashboard.ReadAsync("d1", "credit-risk", "h1", "responseTime", 100, 900);

        var html = await GetAsync("/");

        Assert.Contains("<b>1</b>pending", html, StringComparison.Ordinal);
        Assert.Contains("<td>1 of 2</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_that_reaches_nobody_says_why()
    {
        await _dashboard.ReadAsync("d1", "credit-risk", Instances.All, "rowCount", 0);
        await _dashboard.ReadAsync("d1", "credit-risk", "h1", "responseTime", 900, 900);

        var html = WebUtility.HtmlDecode(await GetAsync("/"));

        Assert.Contains("✗ nobody is notified: no rule or route names a channel", html, StringComparison.Ordinal);
        Assert.Contains("✗ no-secret: ", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?severity=critical", "credit-risk", "churn")]
    [InlineData("?deployment=chu*", "churn", "credit-risk")]
    [InlineData("?team=credit&deployment=churn&rule=", "churn", "credit-risk")]
    public async Task The_address_says_which_alerts_are_shown(string query, string shown, string hidden)
    {
        await _dashboard.ReadAsync("d2", "churn", Instances.All, "Accuracy", 0.95, 0.8);
        await FireAsync();

        var html = await GetAsync($"/{query}");

        Assert.Contains($"{shown}</a>: Accuracy", html, StringComparison.Ordinal);
        Assert.DoesNotContain($"{hidden}</a>: Accuracy", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_nothing_can_match_is_not_used_and_says_what_is_allowed()
    {
        await FireAsync();

        var html = WebUtility.HtmlDecode(await GetAsync("/?serverity=critical"));

        Assert.Contains("no alert has the label 'serverity'", html, StringComparison.Ordinal);
        Assert.Contains("credit-risk</a>: Accuracy", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_an_alert_shows_each_window_with_its_judgement_and_what_happened()
    {
        await _dashboard.ReadAsync("d1", "credit-risk", Instances.All, "Accuracy", 0.95, 0.8, 0.4);

        var html = WebUtility.HtmlDecode(await GetAsync(FloorPage));

        Assert.Contains("fine: 0.95 against 0.85", html, StringComparison.Ordinal);
        Assert.Contains("past the threshold: 0.4 against 0.7", html, StringComparison.Ordinal);
        Assert.Contains("<svg class=\"chart\"", html, StringComparison.Ordinal);
        Assert.Contains(">critical 0.7</text>", html, StringComparison.Ordinal);
        Assert.Contains(">recovered 0.9</text>", html, StringComparison.Ordinal);
        Assert.Contains("https://wiki.example.com/floor", html, StringComparison.Ordinal);
        Assert.Matches("(?s)What happened.*✓</span> out told that it fired.*critical</span> *Accuracy 0.4", html);
    }

    [Fact]
    public async Task An_alert_is_silenced_from_its_page_and_the_silence_ended_from_the_overview()
    {
        await FireAsync();

        var done = await PostAsync($"{FloorPage}/silence", ("who", "ann"), ("comment", "load test"), ("duration", "4h"));
        Assert.Equal(HttpStatusCode.Found, done.StatusCode);
        Assert.Contains("It is silenced for 4h.", await GetAsync(done.Headers.Location!.ToString()), StringComparison.Ordinal);
        var silenced = WebUtility.HtmlDecode(await GetAsync("/"));
        Assert.DoesNotContain("It is silenced for", silenced, StringComparison.Ordinal);
        Assert.Contains("silenced for 3 h 59 min more", silenced, StringComparison.Ordinal);
        Assert.Contains("silenced by ann: “load test”", silenced, StringComparison.Ordinal);

        var end = EndSilence().Match(silenced).Groups[1].Value;
        await PostAsync(end, ("then", "/"));
        Assert.DoesNotContain("silenced by", await GetAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "4h", "Say who you are")]
    [InlineData("ann", "soon", "duration: found 'soon'; expected a duration such as")]
    [InlineData("ann", "3000d", "is too long; at most")]
    public async Task A_silence_that_cannot_be_made_says_why(string who, string duration, string expected)
    {
        await FireAsync();

        using var refused = await PostAsync($"{FloorPage}/silence", ("who", who), ("duration", duration));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(
            expected, WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
        Assert.Empty(await _dashboard.Services.GetRequiredService<SilenceStore>().ListAsync(Cancellation));
    }

    [Fact]
    public async Task A_silence_says_what_it_would_mute_before_it_is_made()
    {
        await _dashboard.ReadAsync("d2", "churn", Instances.All, "Accuracy", 0.8);
        await FireAsync();

        var preview = await GetAsync("/silences/new?deployment=credit-*&metric=Accuracy");
        Assert.Contains("<b>1</b> of 2 open alerts", preview, StringComparison.Ordinal);
        Assert.Contains("metric (matches 2 open alerts)", preview, StringComparison.Ordinal);
        Assert.Contains("credit-risk: Accuracy 0.4", preview, StringComparison.Ordinal);
        Assert.Empty(await _dashboard.Services.GetRequiredService<SilenceStore>().ListAsync(Cancellation));

        await PostAsync("/silences", ("deployment", "credit-*"), ("metric", "Accuracy"), ("duration", "1h"), ("who", "bob"));
        Assert.Contains("1 alert<", await GetAsync("/silences"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rule=nosuch*&colour=red", "no alert has the label 'colour'")]
    [InlineData("severity=high", "severity: found 'high'; expected warning, critical")]
    public async Task A_silence_that_nothing_can_match_says_so_before_it_is_made(string query, string expected)
    {
        var html = WebUtility.HtmlDecode(await GetAsync($"/silences/new?{query}"));

        Assert.Contains(expected, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<button class=\"primary\">Silence", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_that_match_nothing_or_notify_nobody_stand_out()
    {
        await _dashboard.ReadAsync("d1", "credit-risk", Instances.All, "rowCount", 7);

        var html = await GetAsync("/rules");

        Assert.Matches("(?s)id=\"nobody\".*?/rules/unheard", html);
        Assert.Matches("(?s)>idle</a>.*?<span class=\"badge warn\">nothing</span>", html);
        Assert.Contains(
            "when: { below: { warning: 0.85, critical: 0.7 }, recoverAbove: 0.9 }",
            WebUtility.HtmlDecode(await GetAsync("/rules/floor")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_cannot_be_used_says_why_and_one_that_can_takes_a_test()
    {
        var html = WebUtility.HtmlDecode(await GetAsync("/channels"));
        Assert.Matches("(?s)no-secret</h2>.*?class=\"problem\">[^<]*lost", html);

        using var tried = await PostAsync("/channels/out/test");
        Assert.Contains("took it", WebUtility.HtmlDecode(await GetAsync(tried.Headers.Location!.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_is_read_and_dropped()
    {
        await _dashboard.ReadAsync("d1", "credit-risk", "h1", "responseTime", 900, 900);
        var html = WebUtility.HtmlDecode(await GetAsync("/dead-letters"));
        Assert.Contains("Channel 'no-secret'", html, StringComparison.Ordinal);

        using var dropped = await PostAsync(DropForm().Match(html).Groups[1].Value);

        Assert.Contains("It is thrown away.", await GetAsync(dropped.Headers.Location!.ToString()), StringComparison.Ordinal);
        Assert.Contains("There are none.", await GetAsync("/dead-letters"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/alerts/d1/nothing")]
    [InlineData("/deployments/nothing")]
    [InlineData("/rules/nothing")]
    public async Task What_is_not_there_is_said_on_a_page(string page)
    {
        using var response = await _http.GetAsync(new Uri(page, UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("<h1>Not here</h1>", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private Task FireAsync(string label = "credit-risk") =>
        _dashboard.ReadAsync("d1", label, Instances.All, "Accuracy", 0.95, 0.4);

    private async Task<string> GetAsync(string page)
    {
        using var response = await _http.GetAsync(new Uri(page, UriKind.Relative), Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{page}: {response.StatusCode}");
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private Task<HttpResponseMessage> PostAsync(string page, params (string Name, string Value)[] fields) => _http.PostAsync(
        new Uri(page, UriKind.Relative),
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        Cancellation);

    [GeneratedRegex("(?:src|<link[^>]* href)=\"([^\"]*)\"")]
    private static partial Regex Loaded();

    [GeneratedRegex("action=\"(/silences/[^\"]+/end)\"")]
    private static partial Regex EndSilence();

    [GeneratedRegex("action=\"(/dead-letters/[^\"]+/drop)\"")]
    private static partial Regex DropForm();
}

using System.Net;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying.Muting;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests.Dashboard;

/// <summary>Who sees the pages, who may change something there, and signing in with a key.</summary>
public sealed class DashboardAccessTests : IAsyncDisposable
{
    private const string ApiKey = "a-key-for-operators";
    private const string ReadKey = "a-key-for-readers";

    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false };
    private readonly HttpClient _http;
    private DashboardApplication? _dashboard;

    public DashboardAccessTests() => _http = new(_handler);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string SilenceForm => $"{DashboardApplication.PageOf("floor", "d1", Instances.All, "Accuracy")}/silence";

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _handler.Dispose();
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/alerts/d1/x?windows=48")]
    [InlineData("/dead-letters")]
    [InlineData("/pipeline")]
    public async Task Whoever_has_not_signed_in_is_asked_to_and_sees_nothing(string page)
    {
        await StartAsync();

        using var response = await GetAsync(page);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal($"/sign-in?then={Uri.EscapeDataString(page)}", response.Headers.Location!.ToString());
        Assert.DoesNotContain("credit-risk", await TextAsync("/sign-in"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_the_pages_and_changes_nothing()
    {
        await StartAsync();
        await SignInAsync(ReadKey);

        Assert.Contains("credit-risk", await TextAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain("Silence…", WebUtility.HtmlDecode(await TextAsync("/")), StringComparison.Ordinal);
        using var silenced = await PostAsync(SilenceForm, ("who", "ann"), ("duration", "4h"));
        using var letters = await GetAsync("/dead-letters");
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (silenced.StatusCode, letters.StatusCode));
        Assert.Empty(await SilencesAsync());
    }

    [Fact]
    public async Task An_operator_changes_something_until_the_session_is_ended()
    {
        await StartAsync();
        var cookie = await SignInAsync(ApiKey);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(ApiKey, cookie, StringComparison.Ordinal);

        using var silenced = await PostAsync(SilenceForm, ("who", "ann"), ("duration", "4h"));
        Assert.Equal(HttpStatusCode.Found, silenced.StatusCode);
        Assert.Single(await SilencesAsync());

        await PostAsync("/sign-out");
        using var after = await GetAsync("/");
        Assert.StartsWith("/sign-in", after.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Operator.99999999999.c2lnbmF0dXJl")]
    [InlineData("Operator.99999999999.")]
    [InlineData("Operator")]
    [InlineData("Operator.x.y")]
    [InlineData("None.99999999999.x")]
    public async Task A_forged_session_is_nobodys(string forged)
    {
        await StartAsync();
        _http.DefaultRequestHeaders.Add("Cookie", $"metricsalerts-session={forged}");

        using var response = await GetAsync("/");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task A_readers_session_cannot_be_made_an_operators()
    {
        await StartAsync();
        var cookie = (await SignInAsync(ReadKey)).Split(';')[0];
        _handler.CookieContainer.Add(
            _dashboard!.Address,
            new Cookie("metricsalerts-session", cookie.Split('=', 2)[1].Replace("Reader.", "Operator.", StringComparison.Ordinal)));

        using var response = await GetAsync("/");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_when_its_key_is_changed()
    {
        await StartAsync();
        var cookie = (await SignInAsync(ApiKey)).Split(';')[0].Split('=', 2);
        await _dashboard!.DisposeAsync();
        await StartAsync(apiKey: "another-key-for-operators");
        _handler.CookieContainer.Add(_dashboard.Address, new Cookie(cookie[0], cookie[1]));

        using var response = await GetAsync("/");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_site_does_nothing(string header, string value)
    {
        await StartAsync();
        await SignInAsync(ApiKey);
        _http.DefaultRequestHeaders.Add(header, value);

        using var response = await PostAsync(SilenceForm, ("who", "ann"), ("duration", "4h"));
        using var signIn = await PostAsync("/sign-in", ("key", ApiKey));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (response.StatusCode, signIn.StatusCode));
        Assert.Empty(await SilencesAsync());
    }

    [Fact]
    public async Task A_form_of_ours_behind_a_proxy_that_takes_TLS_off_is_ours()
    {
        await StartAsync();
        await SignInAsync(ApiKey);
        _http.DefaultRequestHeaders.Add("Origin", $"https://{_dashboard!.Address.Authority}");

        using var response = await PostAsync(SilenceForm, ("who", "ann"), ("duration", "4h"));

        Assert.Single(await SilencesAsync());
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Theory]
    [InlineData("/rules?x=1", "/rules?x=1")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("", "/")]
    public async Task Signing_in_leads_on_to_pages_of_ours_only(string then, string expected)
    {
        await StartAsync();

        using var response = await PostAsync("/sign-in", ("key", ApiKey), ("then", then));

        Assert.Equal(expected, response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task After_many_wrong_keys_nobody_signs_in_for_a_while()
    {
        await StartAsync();
        for (var tries = 0; tries < 20; tries++)
        {
            using var wrong = await PostAsync("/sign-in", ("key", $"guess {tries}"));
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var refused = await PostAsync("/sign-in", ("key", ApiKey));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Fact]
    public async Task Where_nobody_set_a_key_the_page_says_how_to()
    {
        await StartAsync(apiKey: "", readKey: "");

        Assert.Contains("Web__ApiKey", await TextAsync("/sign-in"), StringComparison.Ordinal);
    }

    private async Task StartAsync(string apiKey = ApiKey, string readKey = ReadKey)
    {
        _dashboard = await DashboardApplication.StartAsync(
            onOpenNetwork: true, ("Web:ApiKey", apiKey), ("Web:ReadKey", readKey));
        await _dashboard.ReadAsync("d1", "credit-risk", Instances.All, "Accuracy", 0.4);
    }

    /// <summary>Answers the cookie as the browser gets it.</summary>
    private async Task<string> SignInAsync(string key)
    {
        using var response = await PostAsync("/sign-in", ("key", key));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        return response.Headers.GetValues("Set-Cookie").Single();
    }

    private Task<HttpResponseMessage> GetAsync(string page) => _http.GetAsync(new Uri(_dashboard!.Address, page), Cancellation);

    private async Task<string> TextAsync(string page)
    {
        using var response = await GetAsync(page);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private Task<HttpResponseMessage> PostAsync(string page, params (string Name, string Value)[] fields) => _http.PostAsync(
        new Uri(_dashboard!.Address, page),
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        Cancellation);

    private Task<IReadOnlyList<Silence>> SilencesAsync() =>
        _dashboard!.Services.GetRequiredService<SilenceStore>().ListAsync(Cancellation);
}

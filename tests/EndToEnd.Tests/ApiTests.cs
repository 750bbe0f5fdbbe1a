using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;
using MetricsAlerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests;

/// <summary>The HTTP API over real HTTP: once as <c>serve</c> maps it, once as a host with its own routing hands requests over.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private WebApplication _application = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync([], handedOver: false);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silence_keeps_an_alert_back_until_it_is_ended(bool handedOver)
    {
        if (handedOver)
            await RestartAsync([], handedOver: true);
        var created = await PostAsync(
            "api/silences", new { match = new { rule = "floor" }, duration = "4h", createdBy = "ann", comment = "upgrade" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await FireAsync();

        var alert = (await GetAsync("api/alerts"))[0];
        var id = (await GetAsync("api/silences"))[0].GetProperty("id").GetString();
        var held = Assert.Single(alert.GetProperty("notified").EnumerateArray().ToList());
        Assert.Equal(("out", null, "Fired"), (Text(held, "channel"), Text(held, "lastWord"), Text(held, "pending")));
        Assert.StartsWith($"silence {id} until ", Text(held, "heldBy"), StringComparison.Ordinal);

        using var ended = await _http.DeleteAsync(new Uri($"api/silences/{id}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.False((await GetAsync("api/silences"))[0].GetProperty("isOn").GetBoolean());
        await WorkAsync();
        var notified = (await GetAsync("api/alerts"))[0].GetProperty("notified")[0];
        Assert.Equal(
            ("out", "Fired", null, null),
            (Text(notified, "channel"), Text(notified, "lastWord"), Text(notified, "pending"), Text(notified, "heldBy")));
    }

    [Fact]
    public async Task What_is_open_and_what_happened_are_listed_with_their_reasons()
    {
        await FireAsync();
        await ReadAsync(0.95, hour: 1);

        Assert.Empty(await GetAsync("api/alerts"));
        var closed = Assert.Single(await GetAsync("api/alerts?status=all"));
        Assert.Equal(("recovered", "Resolved"), (Text(closed, "reason"), Text(closed.GetProperty("notified")[0], "lastWord")));
        var history = await GetAsync("api/history");
        Assert.Equal(["closed", "delivered", "delivered", "open"], history.Select(entry => Text(entry, "what")).Order());
        Assert.Equal(
            ["Breaching(0.7, 0.85)", "Recovered"],
            history.Where(entry => Text(entry, "channel") is null).Select(entry => Text(entry, "why")).Order());
        Assert.Empty(await GetAsync("api/history?since=2026-01-05T00:00:00Z&until=2026-01-06T00:00:00Z"));
    }

    [Fact]
    public async Task An_alert_that_reaches_nobody_is_listed_with_the_channel_that_is_missing()
    {
        await FireAsync("nowhere");

        var alert = Assert.Single(await GetAsync("api/alerts"));
        Assert.Equal(0, alert.GetProperty("notified").GetArrayLength());
        Assert.Equal("nowhere", alert.GetProperty("missingChannels")[0].GetString());
    }

    [Theory]
    [InlineData("""{"match":{"rule":"x"},"duration":"soon"}""", "soon")]
    [InlineData("""{"match":{},"duration":"4h"}""", "which alerts")]
    [InlineData("""{"match":{"rule":null},"duration":"4h"}""", "the label 'rule' has no value")]
    [InlineData("""{"match":{"rule":"a","rule":"b"},"duration":"4h"}""", "rule")]
    [InlineData("""{"match":{"nosuch":"x"},"duration":"4h"}""", "no alert has the label 'nosuch'")]
    [InlineData("""{"match":{"rule":"*"},"duration":"4h"}""", "means every alert")]
    [InlineData("""{"match":{"rule":"x"},"duration":"99999999d"}""", "99999999d")]
    [InlineData("""{"match":{"rule":"x"},"duration":"500d"}""", "at most 365d")]
    [InlineData("""{"match":{"rule":"x"},"duration":"1d","start":"9999-12-31T23:00:00Z"}""", "too far ahead")]
    [InlineData("""{"match":["x"],"duration":"1d"}""", "match")]
    [InlineData("null", "duration")]
    public async Task A_silence_that_makes_no_sense_is_refused_with_what_is_allowed(string body, string word)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri("api/silences", UriKind.Relative), content, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(word, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_are_listed_replayed_and_dropped()
    {
        await FireAsync("no-secret");
        var letter = (await GetAsync("api/dead-letters"))[0];
        Assert.Contains("Secrets__lost", letter.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            "Secrets__lost", Text((await GetAsync("api/alerts"))[0].GetProperty("notified")[0], "problem"), StringComparison.Ordinal);

        var path = $"api/dead-letters/{letter.GetProperty("queue").GetString()}/{letter.GetProperty("number").GetInt64()}";
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync($"{path}/replay", new { })).StatusCode);
        await WorkAsync();
        var again = (await GetAsync("api/dead-letters"))[0].GetProperty("number").GetInt64();
        using var dropped = await _http.DeleteAsync(new Uri($"api/dead-letters/notifications/{again}", UriKind.Relative), Cancellation);
        using var gone = await _http.DeleteAsync(new Uri($"api/dead-letters/notifications/{again}", UriKind.Relative), Cancellation);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (dropped.StatusCode, gone.StatusCode));
    }

    [Fact]
    public async Task With_a_key_set_only_who_sends_it_may_change_something()
    {
        await RestartAsync(new() { ["Web:ApiKey"] = "correct-horse-battery-staple" }, handedOver: false);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await PostAsync("api/silences", new { match = new { rule = "floor" }, duration = "4h" })).StatusCode);

        _http.DefaultRequestHeaders.Add("X-Api-Key", "correct-horse-battery-staple");
        Assert.Equal(
            HttpStatusCode.Created, (await PostAsync("api/silences", new { match = new { rule = "floor" }, duration = "4h" })).StatusCode);
    }

    [Fact]
    public async Task A_key_that_the_vault_does_not_have_lets_nobody_in()
    {
        const string Unresolved = "@Microsoft.KeyVault(SecretUri=https://v/secrets/api-key)";
        await RestartAsync(new() { ["Web:ApiKey"] = Unresolved }, handedOver: false);
        _http.DefaultRequestHeaders.Add("X-Api-Key", Unresolved);

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await PostAsync("api/silences", new { match = new { rule = "floor" }, duration = "4h" })).StatusCode);
    }

    [Fact]
    public async Task A_page_elsewhere_that_resolves_its_name_to_this_machine_may_not()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Delete, new Uri("api/silences/x", UriKind.Relative))
        { Headers = { Host = "evil.example.com" } };
        using var response = await _http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_signed_link_shows_the_chart_and_silences_after_a_question()
    {
        await RestartAsync(
            new() { ["Notify:PublicAddress"] = "https://alerts.example.com/", ["Notify:LinkKey"] = new string('k', 32) },
            handedOver: false);
        await FireAsync();
        var links = _application.Services.GetRequiredService<SignedLinks>();
        var alert = await FindAsync();

        using var chart = await _http.GetAsync(new Uri(links.Chart(alert)!.PathAndQuery, UriKind.Relative), Cancellation);
        Assert.Equal("image/png", chart.Content.Headers.ContentType!.MediaType);
        var page = new Uri(links.Silence(alert)!.PathAndQuery, UriKind.Relative);
        Assert.Contains("Silence it for 4 hours?", await _http.GetStringAsync(page, Cancellation), StringComparison.Ordinal);
        Assert.Empty(await GetAsync("api/silences"));
        using var posted = await _http.PostAsync(page, null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Equal("floor", (await GetAsync("api/silences"))[0].GetProperty("match").GetProperty("rule").GetString());

        using var alertPage = await _http.GetAsync(new Uri(links.Alert(alert)!.PathAndQuery, UriKind.Relative), Cancellation);
        Assert.Equal("no-referrer", alertPage.Headers.GetValues("Referrer-Policy").Single());
        using var swapped = await _http.GetAsync(
            new Uri(links.Alert(alert)!.PathAndQuery.Replace("/alert?", "/silence?", StringComparison.Ordinal), UriKind.Relative),
            Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, swapped.StatusCode);

        using var forged = await _http.PostAsync(
            new Uri(page.ToString().Replace("deployment=d1", "deployment=d2", StringComparison.Ordinal), UriKind.Relative),
            null,
            Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Fact]
    public async Task Without_a_key_that_only_we_know_there_are_no_links()
    {
        const string key = "@Microsoft.KeyVault(SecretUri=https://kv-metrics.vault.azure.net/secrets/link-key)";
        await RestartAsync(new() { ["Notify:PublicAddress"] = "https://alerts.example.com/", ["Notify:LinkKey"] = key }, handedOver: false);

        await FireAsync();

        Assert.Null(_application.Services.GetRequiredService<SignedLinks>().Silence(await FindAsync()));
    }

    [Fact]
    public async Task The_page_of_an_alert_shows_all_about_it_in_a_browser()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await RestartAsync(
            new() { ["Notify:PublicAddress"] = "https://alerts.example.com/", ["Notify:LinkKey"] = new string('k', 32) }, handedOver: true);
        await FireAsync(label: "<img src=x onerror=alert(1)>credit-risk");
        var alert = await FindAsync();
        var page = new Uri(_http.BaseAddress!, _application.Services.GetRequiredService<SignedLinks>().Alert(alert)!.PathAndQuery);

        Assert.InRange(await Chromium.PhotographAsync(page, "alert-page", 760, 900, Cancellation), 10_000, long.MaxValue);
        var dom = await Chromium.DumpAsync(page, Cancellation);

        Assert.Contains("WARNING: floor on &lt;img src=x onerror=alert(1)&gt;credit-risk", dom, StringComparison.Ordinal);
        Assert.Contains("<td>out: Fired at ", dom, StringComparison.Ordinal);
        Assert.Contains("Silence 4 h</a>", dom, StringComparison.Ordinal);
        var chart = System.Text.RegularExpressions.Regex.Match(dom, "<img src=\"([^\"]+)\"").Groups[1].Value.Replace(
            "&amp;", "&", StringComparison.Ordinal);
        using var picture = await _http.GetAsync(new Uri(page, chart), Cancellation);
        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task FireAsync(string channel = "out", string label = "credit-risk")
    {
        var rules =
            $$"""
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [{{channel}}] }]
            channels: [{ name: out, type: console }, { name: no-secret, type: teams, url: "secret:lost" }]
            """;
        await _application.Services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(rules, "rules.yaml"), Cancellation);
        await ReadAsync(0.7, hour: 0, label);
    }

    /// <summary>A window of the deployment is read, and the pipeline finishes with it.</summary>
    private async Task ReadAsync(double value, int hour, string label = "credit-risk")
    {
        var start = new DateTimeOffset(2026, 1, 5, hour, 0, 0, TimeSpan.Zero);
        var batch = new MetricBatch("d1")
        {
            Deployment = new("d1", label),
            Reading = hour + 1,
            Instances = [new(Instances.All, [new("Accuracy", TimeSpan.FromHours(1), [new(start, start.AddHours(1), value, 500)])])],
        };
        await _application.Services.GetRequiredService<PipelineQueues>().MetricWindows.SendAsync(
            MetricBatchMessages.Of(batch), Cancellation);
        await _application.Services.GetRequiredService<PipelineWorkers>().Evaluate.DrainAsync(2, Cancellation);
        await WorkAsync();
    }

    private async Task<Alert> FindAsync() => (await _application.Services.GetRequiredService<AlertStore>().FindAsync(
        "d1", new AlertKey("floor", "d1", Instances.All, "Accuracy", TimeSpan.FromHours(1)).Id, Cancellation))!;

    private async Task WorkAsync()
    {
        while (await _application.Services.GetRequiredService<PipelineWorkers>().Notify.DrainAsync(2, Cancellation) > 0)
        {
        }
    }

    /// <summary>The items of a list, which is one or a page of one.</summary>
    private async Task<List<JsonElement>> GetAsync(string path)
    {
        var root = JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation)).RootElement;
        return [.. (root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("items")).EnumerateArray()];
    }

    private Task<HttpResponseMessage> PostAsync(string path, object body) =>
        _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, Cancellation);

    private async Task RestartAsync(Dictionary<string, string?> settings, bool handedOver)
    {
        await _application.DisposeAsync();
        await StartAsync(settings, handedOver);
    }

    private async Task StartAsync(Dictionary<string, string?> settings, bool handedOver)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings)
        {
            ["Sqlite:File"] = _folder.File($"api{Guid.NewGuid():N}.db"),
            ["DataRobot:Endpoint"] = "https://datarobot.example.com/api/v2",
            ["DataRobot:ApiToken"] = "unused",
            ["Notify:GroupWait"] = "00:00:00",
        });
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddEmbeddedPipeline(builder.Configuration);
        builder.Services.AddSingleton<MetricsAlerts.Channels.Console.ITranscript>(new Silent());
        builder.Services.AddMetricsAlertsWeb();
        _application = builder.Build();
        _application.UseMetricsAlerts();
        if (handedOver)
            _application.Map(
                "/{**path}", (HttpContext context) => context.RequestServices.GetRequiredService<ApiPipeline>().HandleAsync(context));
        else
            _application.MapMetricsAlerts();
        await _application.StartAsync(Cancellation);
        await _application.Services.GetRequiredService<RuleStore>().ApplyAsync(
            RuleFile.Parse("rules: []\nchannels: [{ name: out, type: console }]", "rules.yaml"), Cancellation);
        _http.BaseAddress = new Uri(
            _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    private sealed class Silent : MetricsAlerts.Channels.Console.ITranscript
    {
        public void Write(AlertChange change) => Debug.WriteLine(change.Change);
    }
}

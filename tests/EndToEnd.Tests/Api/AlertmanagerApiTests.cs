using System.Net;
using System.Text.Json;
using MetricsAlerts.Notifying.Muting;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests.Api;

/// <summary>
/// Alertmanager's API by the requests that its clients send: those of amtool 0.25 and Karma, as they were seen, so that they are tested
/// where neither is installed.
/// </summary>
public sealed class AlertmanagerApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_has_every_part_that_clients_read()
    {
        await using var host = await AlertmanagerApi.StartAsync();

        var alert = (await ListAsync(host, "api/v2/alerts?active=true&inhibited=false&silenced=false&unprocessed=false"))
            .Single(one => Label(one, "deployment") == "credit-risk");

        Assert.Equal(
            ("floor", "warning", "d1", "all", "Accuracy", "credit-team", "12"),
            (Label(alert, "alertname"), Label(alert, "severity"), Label(alert, "deploymentId"), Label(alert, "instance"),
                Label(alert, "metric"), Label(alert, "team"), Label(alert, "cost_centre")));
        Assert.Matches("^[0-9a-f]{16}$", alert.GetProperty("fingerprint").GetString());
        Assert.Equal("2026-01-05T00:00:00Z", alert.GetProperty("startsAt").GetString());
        Assert.True(alert.GetProperty("endsAt").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddMinutes(3));
        Assert.Equal(
            ["all", "out"], alert.GetProperty("receivers").EnumerateArray().Select(one => one.GetProperty("name").GetString()).Order());
        Assert.Equal("Too low", alert.GetProperty("annotations").GetProperty("description").GetString());
        Assert.Equal(
            """{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}""", alert.GetProperty("status").GetRawText());
        Assert.Equal(JsonValueKind.String, alert.GetProperty("generatorURL").ValueKind);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("filter=alertname%3D%22floor%22", 2)]
    [InlineData("filter=deployment%3D~%22credit-.%2A%22", 1)]
    [InlineData("filter=deployment%3D~credit", 0)]
    [InlineData("filter=deployment!%3Dcredit-risk", 1)]
    [InlineData("filter=deployment!~%22c.%2A%22", 0)]
    [InlineData("filter=nolabel%3D%22%22", 2)]
    [InlineData("filter=nolabel!%3D%22%22", 0)]
    [InlineData("filter=alertname%3D%22floor%22&filter=deployment%3Dchurn", 1)]
    [InlineData("receiver=out", 2)]
    [InlineData("receiver=o", 0)]
    [InlineData("receiver=o.%2A", 2)]
    [InlineData("active=false", 0)]
    public async Task Filters_mean_what_they_mean_in_Alertmanager(string query, int found)
    {
        await using var host = await AlertmanagerApi.StartAsync();
        Assert.Equal(found, (await ListAsync(host, $"api/v2/alerts?{query}")).Count);
    }

    [Theory]
    [InlineData("GET", "api/v2/alerts?filter=nonsense", null, 400, "filter: found 'nonsense'; expected name=")]
    [InlineData("GET", "api/v2/alerts?filter=a%3D~%22(%22", null, 400, "'(' is no expression that can be used")]
    [InlineData("GET", "api/v2/alerts?active=maybe", null, 400, "active: found 'maybe'; expected true or false.")]
    [InlineData("GET", "api/v2/alerts?state=open", null, 400, "'state' is no parameter here")]
    [InlineData("POST", "api/v2/alerts", "[]", 405, "POST is not possible here; allowed: GET.")]
    [InlineData("GET", "api/v2/silence/nothing", null, 404, "There is no silence 'nothing'.")]
    [InlineData("GET", "api/v2/silence/6f1b3a52-0000-0000-0000-000000000000", null, 404, "There is no silence '6f1b3a52")]
    [InlineData("DELETE", "api/v2/silence/nothing", null, 404, "There is no silence 'nothing'.")]
    [InlineData("POST", "api/v2/silences", "{", 400, "The body is no JSON")]
    [InlineData("POST", "api/v2/silences", "{}", 400, "endsAt: found nothing")]
    [InlineData("POST", "api/v2/silences", """{"endsAt":"2999-01-01T00:00:00Z","matchers":[]}""", 400, "matchers: found none")]
    [InlineData(
        "POST", "api/v2/silences", """{"endsAt":"2999-01-01T00:00:00Z","matchers":[{"name":"alertname"}]}""", 400, "without name or value")]
    [InlineData(
        "POST", "api/v2/silences", """{"endsAt":"2999-01-01T00:00:00Z","matchers":[{"name":"alertname","value":"floor"}]}""", 400,
        "is too long")]
    public async Task What_makes_no_sense_is_refused_with_a_JSON_string(string method, string path, string? body, int status, string words)
    {
        await using var host = await AlertmanagerApi.StartAsync();
        using var response = await host.SendAsync(new(method), path, body);

        Assert.Equal((status, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains(
            words, JsonSerializer.Deserialize<string>(await response.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alertname", "floor", false, "floor", "floor", false)]
    [InlineData("alertname", "fl.*", true, "fl*", "fl.*", true)]
    [InlineData("alertname", "^fl.+r$", true, "fl?*r", "fl..*r", true)]
    [InlineData("alertname", "floor", true, "floor", "floor", false)]
    [InlineData("deployment", "credit\\-ris.", true, "credit-ris?", "credit-ris.", true)]
    [InlineData("severity", "WARNING", false, "warning", "warning", false)]
    [InlineData("cost_centre", "12", false, "12", "12", false)]
    public async Task A_silence_becomes_globs_and_is_shown_as_matchers(
        string name, string value, bool isRegex, string glob, string shown, bool shownAsRegex)
    {
        await using var host = await AlertmanagerApi.StartAsync();
        var id = await SilenceAsync(host, Body(name, value, isRegex));

        var ours = Assert.Single(await host.ListAsync("api/silences"));
        Assert.Equal(glob, Assert.Single(ours.GetProperty("match").EnumerateObject()).Value.GetString());
        var theirs = await host.GetAsync($"api/v2/silence/{id}");
        var matcher = Assert.Single(theirs.GetProperty("matchers").EnumerateArray());
        Assert.Equal(
            (name, shown, shownAsRegex, true),
            (matcher.GetProperty("name").GetString(), matcher.GetProperty("value").GetString(), matcher.GetProperty("isRegex").GetBoolean(),
                matcher.GetProperty("isEqual").GetBoolean()));
        Assert.Equal("active", theirs.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Object, theirs.GetProperty("annotations").ValueKind);
    }

    [Theory]
    [InlineData("alertname", "a|b", true, "Make one silence for each name.")]
    [InlineData("alertname", "[fg]loor", true, "cannot be said here")]
    [InlineData("alertname", "fl.?oor", true, "cannot be said here")]
    [InlineData("alertname", ".*\\*", true, "cannot be said here")]
    [InlineData("alertname", ".*", true, "means every alert")]
    [InlineData("alertname", "", false, "has no value")]
    [InlineData("nolabel", "x", false, "no alert has the label 'nolabel'")]
    public async Task A_silence_that_cannot_be_said_here_is_refused(string name, string value, bool isRegex, string words)
    {
        await using var host = await AlertmanagerApi.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, "api/v2/silences", Body(name, value, isRegex));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(await host.ListAsync("api/silences"));
    }

    [Fact]
    public async Task A_silence_is_changed_in_place_or_replaced_and_ended_as_often_as_one_likes()
    {
        await using var host = await AlertmanagerApi.StartAsync();
        var first = await SilenceAsync(host, Body("alertname", "floor", isRegex: false));

        Assert.Equal(first, await SilenceAsync(host, Body("alertname", "floor", isRegex: false, id: first, comment: "longer", hours: 3)));
        var second = await SilenceAsync(host, Body("deployment", "churn", isRegex: false, id: first));
        Assert.NotEqual(first, second);
        var listed = await ListAsync(host, "api/v2/silences");
        Assert.Equal(
            [(second, "active"), (first, "expired")],
            listed.Select(one => (one.GetProperty("id").GetString(), one.GetProperty("status").GetProperty("state").GetString())));
        Assert.Equal("longer", listed[1].GetProperty("comment").GetString());
        var filtered = Assert.Single(await ListAsync(host, "api/v2/silences?filter=deployment%3D%22churn%22"));
        Assert.Equal(second, filtered.GetProperty("id").GetString());

        for (var times = 0; times < 2; times++)
        {
            using var ended = await host.SendAsync(HttpMethod.Delete, $"api/v2/silence/{second}");
            Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        }
    }

    [Fact]
    public async Task A_new_silence_shows_at_once_and_the_one_of_a_link_too()
    {
        await using var host = await AlertmanagerApi.StartAsync();
        var id = await SilenceAsync(host, Body("deployment", "churn", isRegex: false));

        Assert.Single(await ListAsync(host, "api/v2/alerts?silenced=false"));
        var suppressed = (await ListAsync(host, "api/v2/alerts")).Single(alert => Label(alert, "deployment") == "churn");
        var status = suppressed.GetProperty("status");
        Assert.Equal(("suppressed", id), (status.GetProperty("state").GetString(), status.GetProperty("silencedBy")[0].GetString()));

        using var ended = await host.SendAsync(HttpMethod.Delete, $"api/v2/silence/{id}");
        var alert = (await host.ListAsync("api/alerts?deployment=churn")).Single();
        var link = await host.Services.GetRequiredService<SilenceStore>().AddForAlertAsync(
            alert.GetProperty("id").GetString()!, SilenceRequest.ReadMatch([("deployment", "churn")]), TimeSpan.FromHours(1), "link", "",
            Cancellation);
        var ofLink = (await ListAsync(host, "api/v2/silences")).Single(one => one.GetProperty("createdBy").GetString() == "link");
        var uuid = ofLink.GetProperty("id").GetString();
        Assert.True(Guid.TryParse(uuid, out _), uuid);
        Assert.NotEqual(link.Id, uuid);
        Assert.Equal(uuid, (await host.GetAsync($"api/v2/silence/{uuid}")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Groups_are_the_channels_groups_with_the_labels_that_they_are_made_by()
    {
        await using var host = await AlertmanagerApi.StartAsync();

        var groups = await ListAsync(host, "api/v2/alerts/groups?active=true&silenced=true&inhibited=true&muted=true");

        Assert.Equal(
            [
                ("all", """{"alertname":"floor"}"""), ("out", """{"deployment":"churn","alertname":"floor"}"""),
                ("out", """{"deployment":"credit-risk","alertname":"floor"}"""),
            ],
            groups.Select(group =>
                (group.GetProperty("receiver").GetProperty("name").GetString()!, group.GetProperty("labels").GetRawText())));
        Assert.Equal(2, groups[0].GetProperty("alerts").GetArrayLength());
        Assert.Empty(await ListAsync(host, "api/v2/alerts/groups?receiver=nobody"));
    }

    [Fact]
    public async Task Status_and_receivers_are_those_of_a_single_Alertmanager()
    {
        await using var host = await AlertmanagerApi.StartAsync();
        var status = await host.GetAsync("api/v2/status");

        Assert.Equal("disabled", status.GetProperty("cluster").GetProperty("status").GetString());
        Assert.Matches("^\\d+\\.\\d+\\.\\d+$", status.GetProperty("versionInfo").GetProperty("version").GetString());
        Assert.Contains("- name: \"out\"", status.GetProperty("config").GetProperty("original").GetString(), StringComparison.Ordinal);
        Assert.Equal(["all", "out"], (await ListAsync(host, "api/v2/receivers")).Select(one => one.GetProperty("name").GetString()));
    }

    private static string Body(string name, string value, bool isRegex, string id = "", string comment = "c", int hours = 2)
    {
        var now = TimeProvider.System.GetUtcNow();
        return JsonSerializer.Serialize(new
        {
            id,
            matchers = new[] { new { name, value, isRegex, isEqual = true } },
            startsAt = now.AddMinutes(-1),
            endsAt = now.AddHours(hours),
            createdBy = "ann",
            comment,
        });
    }

    private static async Task<string> SilenceAsync(ApiHost host, string body)
    {
        using var response = await host.SendAsync(HttpMethod.Post, "api/v2/silences", body);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("silenceID").GetString()!;
    }

    private static async Task<List<JsonElement>> ListAsync(ApiHost host, string path) => [.. (await host.GetAsync(path)).EnumerateArray()];

    private static string? Label(JsonElement alert, string name) => alert.GetProperty("labels").GetProperty(name).GetString();
}

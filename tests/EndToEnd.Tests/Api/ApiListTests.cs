using System.Net;
using System.Text.Json;

namespace EndToEnd.Tests.Api;

/// <summary>Lists of alerts and of what happened: filters, pages, and one alert with its story.</summary>
public sealed class ApiListTests
{
    private const string Rules =
        """
        rules:
          - { name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [out] }
          - { name: patient, metric: LogLoss, when: { above: 1 }, for: 3 windows, notify: [out] }
        channels: [{ name: out, type: console }, { name: other, type: console }]
        routes: [{ match: { deploymentId: d2 }, notify: [other] }]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_are_found_by_status_deployment_rule_and_channel()
    {
        await using var host = await StartAsync();
        await host.ReadAsync("d1", 0.95, 1);
        await host.ReadAsync("d3", 2, 0, "fraud", "LogLoss");

        Assert.Equal(["d2"], Deployments(await host.ListAsync("api/alerts")));
        Assert.Equal(["d1"], Deployments(await host.ListAsync("api/alerts?status=closed")));
        var pending = Assert.Single(await host.ListAsync("api/alerts?status=pending"));
        Assert.Equal(("patient", "pending"), (Text(pending, "rule"), Text(pending, "status")));
        Assert.Equal("2026-01-05T00:00:00Z", Text(pending, "since"));
        Assert.Equal("Breaching(2, 1)", Text(pending, "reason"));
        Assert.Equal(["d1", "d2", "d3"], Deployments(await host.ListAsync("api/alerts?status=all")));
        Assert.Equal(["d1"], Deployments(await host.ListAsync("api/alerts?status=all&deployment=credit-*")));
        Assert.Equal(["d2"], Deployments(await host.ListAsync("api/alerts?status=all&deployment=d2")));
        Assert.Equal(["d2"], Deployments(await host.ListAsync("api/alerts?status=all&channel=other")));
        Assert.Equal(["d3"], Deployments(await host.ListAsync("api/alerts?status=all&rule=pat*")));
        Assert.Empty(await host.ListAsync("api/alerts?since=2999-01-01T00:00:00Z"));
        Assert.Equal(["d2"], Deployments(await host.ListAsync("api/alerts?since=1h")));
    }

    [Fact]
    public async Task A_list_comes_in_pages_that_leave_nothing_out_and_repeat_nothing()
    {
        await using var host = await StartAsync();
        for (var number = 3; number < 10; number++)
            await host.ReadAsync($"d{number}", 0.5, 0, $"deployment {number}");

        Assert.Equal(9, (await host.GetAsync("api/alerts")).GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await host.GetAsync("api/alerts?limit=2")).GetProperty("items").GetArrayLength());
        Assert.Equal(
            Enumerable.Range(1, 9).Select(number => $"d{number}"), Deployments(await host.ListAsync("api/alerts?limit=2")));
        var whole = (await host.ListAsync("api/history")).Select(Key).ToList();
        Assert.Equal(whole.Count, whole.Distinct().Count());
        Assert.Equal(whole, (await host.ListAsync("api/history?limit=1")).Select(Key));
        Assert.Equal(whole, (await host.ListAsync("api/history?limit=4")).Select(Key));
    }

    [Fact]
    public async Task History_is_newest_first_and_found_by_time_rule_deployment_and_channel()
    {
        await using var host = await StartAsync();
        await host.ReadAsync("d1", 0.95, 1);

        var all = await host.ListAsync("api/history");
        Assert.Equal(all.Select(entry => Text(entry, "at")).OrderDescending(), all.Select(entry => Text(entry, "at")));
        Assert.Equal(["closed", "delivered", "delivered", "open"], (await host.ListAsync("api/history?deployment=d1"))
            .Select(entry => Text(entry, "what")).Order());
        Assert.All(await host.ListAsync("api/history?channel=other"), entry => Assert.Equal("other", Text(entry, "channel")));
        Assert.NotEmpty(await host.ListAsync("api/history?channel=other"));
        Assert.Empty(await host.ListAsync("api/history?rule=nothing"));
        Assert.Empty(await host.ListAsync("api/history?since=2026-01-05T00:00:00Z&until=2026-01-06T00:00:00Z"));
    }

    [Fact]
    public async Task One_alert_comes_with_its_deliveries_and_its_story()
    {
        await using var host = await StartAsync();
        await host.ReadAsync("d1", 0.95, 1);
        var id = Text(Assert.Single(await host.ListAsync("api/alerts?status=closed")), "id");

        var found = await host.GetAsync($"api/alerts/{id}");

        var alert = found.GetProperty("alert");
        Assert.Equal(("closed", "recovered", "1h"), (Text(alert, "status"), Text(alert, "reason"), Text(alert, "bucket")));
        Assert.Equal(("credit-risk", 0.85), (Text(alert.GetProperty("deployment"), "label"), alert.GetProperty("threshold").GetDouble()));
        Assert.Equal("Resolved", Text(Assert.Single(alert.GetProperty("notified").EnumerateArray()), "lastWord"));
        Assert.Equal(
            ["closed", "delivered", "delivered", "open"],
            found.GetProperty("history").EnumerateArray().Select(entry => Text(entry, "what")).Order());
        Assert.All(found.GetProperty("history").EnumerateArray(), entry => Assert.Equal(id, Text(entry.GetProperty("alert"), "id")));
    }

    [Theory]
    [InlineData(
        "api/alerts?stauts=open", "'stauts' is no parameter here; allowed: status, deployment, rule, channel, since, limit, after.")]
    [InlineData("api/alerts?status=opne", "status: found 'opne'; expected open, pending, closed or all.")]
    [InlineData("api/alerts?status=open&status=all", "status: found 2 values; expected one.")]
    [InlineData("api/alerts?limit=0", "limit: found '0'; expected a number from 1 to 1000.")]
    [InlineData("api/alerts?limit=1e3", "limit: found '1e3'; expected a number from 1 to 1000.")]
    [InlineData("api/alerts?deployment=", "deployment: found nothing; expected a name")]
    [InlineData("api/alerts?since=yesterday", "since: found 'yesterday'; expected a time such as 2026-01-05T00:00:00Z, or a duration")]
    [InlineData("api/history?since=99999d", "since: found '99999d'")]
    [InlineData("api/history?since=40d", "at most 35d are kept")]
    [InlineData("api/history?since=1h&until=2h", "which is after until")]
    [InlineData("api/rules?limit=5", "'limit' is no parameter here; allowed: none.")]
    [InlineData("api/silences?on=true", "'on' is no parameter here; allowed: limit, after.")]
    public async Task What_cannot_be_asked_is_a_problem_that_says_what_can(string path, string words)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(words, await DetailAsync(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", null, 404, "There is nothing at /api/nothing")]
    [InlineData("GET", "/api/alerts/nothing", null, 404, "There is no alert 'nothing'")]
    [InlineData("GET", "/api/collection", null, 404, "Nothing was collected yet.")]
    [InlineData("GET", "/openapi/v2.json", null, 404, "There is nothing at /openapi/v2.json")]
    [InlineData("DELETE", "/api/silences/nothing", null, 404, "There is no silence 'nothing'")]
    [InlineData("DELETE", "/api/dead-letters/collect/5", null, 404, "Queue 'collect' has no dead letter 5.")]
    [InlineData("DELETE", "/api/dead-letters/nothing/5", null, 404, "there are collect, metric-windows, notifications")]
    [InlineData("DELETE", "/api/dead-letters/collect/five", null, 404, "There is nothing at")]
    [InlineData("PUT", "/api/alerts", null, 405, "PUT is not possible here; allowed: GET.")]
    [InlineData("POST", "/api/silences", "{", 400, "The body is no JSON that can be read")]
    [InlineData("POST", "/api/silences", """{"match":{"rule":"x"},"duration":"4h","start":"soon"}""", 400, "The body is no JSON")]
    [InlineData("POST", "/api/silences", null, 415, "expected application/json")]
    public async Task Whatever_goes_wrong_is_a_problem_detail(string method, string path, string? body, int status, string words)
    {
        foreach (var handedOver in new[] { false, true })
        {
            await using var host = await ApiHost.StartAsync(handedOver);
            using var response = await host.SendAsync(new(method), path, body);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Contains(words, await DetailAsync(response), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("api/alerts")]
    [InlineData("api/nothing")]
    [InlineData("healthz")]
    [InlineData("openapi/v1.json")]
    public async Task No_response_is_kept_sniffed_or_framed(string path)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Get, path);

        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Contains(
            "frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        await host.ApplyAsync(Rules);
        await host.ReadAsync("d1", 0.7, 0);
        await host.ReadAsync("d2", 0.6, 0, "churn");
        return host;
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem.GetProperty("detail").GetString()!;
    }

    private static IEnumerable<string?> Deployments(IEnumerable<JsonElement> alerts) =>
        alerts.Select(alert => Text(alert.GetProperty("deployment"), "id"));

    private static string Key(JsonElement entry) => entry.GetRawText();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

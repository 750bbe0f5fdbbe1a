using System.Net;
using System.Net.Http.Headers;
using MetricsAlerts.Simulator.Scenarios;

namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>F4, F13, F19.</summary>
public sealed class ApiErrorTests
{
    private const string Texts = """{"message":"Invalid field data","errors":{"foo":"foo is not allowed key"}}""";

    [Theory]
    [InlineData("GET", "weather/", HttpStatusCode.NotFound)]
    [InlineData("GET", "deployments", HttpStatusCode.NotFound)]
    [InlineData("GET", "deployments/000000000000000000000000/", HttpStatusCode.NotFound)]
    [InlineData("GET", "deployments/000000000000000000000000/settings/?foo=1", HttpStatusCode.NotFound)]
    [InlineData("POST", "deployments/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "deployments/000000000000000000000000/", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_not_there_is_said_in_JSON(string method, string path, HttpStatusCode status)
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var answer = await api.SendAsync(new(method), path);

        Assert.Equal((status, "application/json"), (answer.Status, answer.ContentType));
        Assert.NotEmpty(answer.Json.GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData(null, "any", HttpStatusCode.OK)]
    [InlineData(null, "bad", HttpStatusCode.Unauthorized)]
    [InlineData(null, "no-rights", HttpStatusCode.Forbidden)]
    [InlineData("mine", "mine", HttpStatusCode.OK)]
    [InlineData("mine", "any", HttpStatusCode.Unauthorized)]
    [InlineData("mine", "no-rights", HttpStatusCode.Forbidden)]
    public async Task A_token_is_good_bad_or_without_rights(string? only, string token, HttpStatusCode status)
    {
        await using var api = await SimulatedApi.StartAsync(
            ScenarioReader.Parse(Worlds.Everything, "scenario.yaml"), new() { Token = only });

        api.Authorization = new("Bearer", token);
        Assert.Equal(status, (await api.GetAsync("deployments/")).Status);
        api.Authorization = new("Token", token);
        Assert.Equal(status, (await api.GetAsync("deployments/")).Status);
    }

    [Fact]
    public async Task No_token_is_refused_before_anything_else()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        api.Authorization = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("deployments/?limit=0")).Status);
        api.Authorization = new AuthenticationHeaderValue("Basic", "any");
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("deployments/")).Status);
    }

    [Theory]
    [InlineData("keys", HttpStatusCode.UnprocessableEntity, Texts)]
    [InlineData("status-400", HttpStatusCode.BadRequest, Texts)]
    [InlineData("message-objects", HttpStatusCode.UnprocessableEntity, """{"message":{"foo":"foo is not allowed key"}}""")]
    [InlineData("all", HttpStatusCode.BadRequest, """{"message":{"foo":"foo is not allowed key"}}""")]
    public async Task A_refusal_has_the_form_that_the_switches_say(string switches, HttpStatusCode status, string body)
    {
        Assert.True(StrictSwitches.TryParse(switches, out var strict, out _));
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything, strict);
        var answer = await api.GetAsync("deployments/?foo=1");

        Assert.Equal((status, body), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Unknown_keys_pass_when_that_switch_is_off_and_nothing_else_does()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything, StrictSwitches.None);

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("deployments/?foo=1")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.GetAsync("deployments/?foo=1&limit=0")).Status);
    }

    [Theory]
    [InlineData("keys", "1")]
    [InlineData("bare-429", null)]
    public async Task A_429_may_leave_open_how_long_to_wait(string switches, string? seconds)
    {
        Assert.True(StrictSwitches.TryParse(switches, out var strict, out _));
        await using var api = await SimulatedApi.StartAsync(
            ScenarioReader.Parse(Worlds.Everything, "scenario.yaml").With([new("429", 1)]), new() { Strict = strict });
        var answer = await api.GetAsync("deployments/");

        Assert.Equal((HttpStatusCode.TooManyRequests, seconds), (answer.Status, answer.RetryAfter));
    }

    [Fact]
    public void An_unknown_switch_is_named_with_those_there_are()
    {
        Assert.False(StrictSwitches.TryParse("keys,lenient", out _, out var problem));
        Assert.Equal(
            "'lenient' is no switch; there are keys, status-400, message-objects, segments-service-only, " +
            "zeros-for-former-model, baselines-only, repeated-keys, bare-429, null-samples, each also with no- before it, and all and none",
            problem);
        Assert.True(StrictSwitches.TryParse("all,no-keys", out var strict, out _));
        Assert.Equal(StrictSwitches.All with { Keys = false }, strict);
    }
}

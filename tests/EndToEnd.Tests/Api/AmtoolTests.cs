using System.Text.Json;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests.Api;

/// <summary>Alertmanager's own <c>amtool</c> against our API, where it is installed.</summary>
public sealed class AmtoolTests
{
    private const string Key = "0123456789-operator";
    private const string Program = "/usr/bin/amtool";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_lists_alerts_and_adds_finds_changes_and_ends_silences()
    {
        Assert.SkipUnless(File.Exists(Program), "amtool is not installed (apt-get install prometheus-alertmanager)");
        await using var host = await AlertmanagerApi.StartAsync(("Web:ApiKey", Key));
        using var folder = new TemporaryFolder();
        var config = folder.File("http.yaml");
        await File.WriteAllTextAsync(config, $"authorization: {{ type: Bearer, credentials: {Key} }}\n", Cancellation);
        Task<string> RunAsync(params string[] arguments) => AmtoolAsync(
            ["--alertmanager.url", host.Http.BaseAddress!.ToString(), "--http.config.file", config, .. arguments]);

        var alerts = Parse(await RunAsync("alert", "query", "-o", "json"));
        Assert.Equal(["floor", "floor"], alerts.Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()));
        Assert.Contains("floor", await RunAsync("alert", "query"), StringComparison.Ordinal);
        Assert.Contains(
            "credit-team", await RunAsync("alert", "query", "-o", "extended", "deployment=~credit-.*", "team=credit-team"),
            StringComparison.Ordinal);
        Assert.Empty(Parse(await RunAsync("alert", "query", "-o", "json", "deployment=nothing")));

        var id = (await RunAsync(
            "silence", "add", "--author", "ann", "--comment", "upgrade", "--duration", "2h", "alertname=floor",
            "deployment=~credit.*")).Trim();
        Assert.True(Guid.TryParse(id, out _), id);
        Assert.Equal(["churn"], Parse(await RunAsync("alert", "query", "-o", "json"))
            .Select(alert => alert.GetProperty("labels").GetProperty("deployment").GetString()));
        var silenced = Assert.Single(Parse(await RunAsync("alert", "query", "--silenced", "-o", "json")));
        Assert.Equal(id, silenced.GetProperty("status").GetProperty("silencedBy")[0].GetString());

        var found = Assert.Single(Parse(await RunAsync("silence", "query", "-o", "json", "alertname=floor")));
        Assert.Equal(("ann", "upgrade"), (found.GetProperty("createdBy").GetString(), found.GetProperty("comment").GetString()));
        await RunAsync("silence", "update", "--duration", "3h", "--comment", "longer", id);
        Assert.Equal(id, (await RunAsync("silence", "query", "-q")).Trim());
        Assert.Contains("longer", await RunAsync("silence", "query"), StringComparison.Ordinal);

        await RunAsync("silence", "expire", id);
        await RunAsync("silence", "expire", id);
        Assert.DoesNotContain(id, await RunAsync("silence", "query", "-q"), StringComparison.Ordinal);
        Assert.Contains(id, await RunAsync("silence", "query", "-q", "--expired"), StringComparison.Ordinal);
        Assert.Equal(2, Parse(await RunAsync("alert", "query", "-o", "json")).Count);
        Assert.Contains("out", await RunAsync("config", "routes", "show"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_said_here_is_refused_in_a_sentence_that_it_prints()
    {
        Assert.SkipUnless(File.Exists(Program), "amtool is not installed (apt-get install prometheus-alertmanager)");
        await using var host = await AlertmanagerApi.StartAsync();
        string[] add = ["--alertmanager.url", host.Http.BaseAddress!.ToString(), "silence", "add", "--author", "a", "--comment", "c"];

        var either = await Assert.ThrowsAsync<InvalidOperationException>(() => AmtoolAsync([.. add, "deployment=~(a|b)"]));
        var other = await Assert.ThrowsAsync<InvalidOperationException>(() => AmtoolAsync([.. add, "deployment!=a"]));

        Assert.Contains("Make one silence for each name.", either.Message, StringComparison.Ordinal);
        Assert.Contains("use = or =~", other.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AmtoolAsync(string[] arguments)
    {
        using var process = NodePackages.Start(Program, arguments, Path.GetTempPath(), []);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"amtool {string.Join(' ', arguments)}: {await output}{await errors}");
    }

    private static List<JsonElement> Parse(string json) => [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
}

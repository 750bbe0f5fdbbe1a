using System.Net;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests.Api;

/// <summary>
/// What <c>serve</c> refuses to start with: doors that would stand open, keys that could be guessed, secrets that are missing.
/// </summary>
public sealed class ServeDoorsTests : IDisposable
{
    private const string Rules =
        """
        rules: [{ name: floor, metric: Accuracy, when: { below: 0.7 }, notify: [team] }]
        channels:
          - { name: team, type: teams, url: "secret:team-webhook" }
          - { name: oncall, type: pagerduty, key: "secret:oncall-key" }
          - { name: out, type: console }
        """;

    private readonly TemporaryFolder _folder = new();

    // R2
    [Theory]
    [InlineData("http://0.0.0.0:0", "", "--url http://0.0.0.0:0 is reached from other machines")]
    [InlineData("http://*:0", "", "--url http://*:0 is reached from other machines")]
    [InlineData("http://127.0.0.1:0;http://[::]:0", "", "--url http://[::]:0 is reached from other machines")]
    [InlineData(
        "http://127.0.0.1:0", "https://alerts.example.com/", "Notify__PublicAddress is https://alerts.example.com/, which others reach")]
    public async Task An_address_that_others_reach_takes_a_key(string url, string publicAddress, string words)
    {
        (string, string)[] settings = publicAddress.Length > 0 ? [("Notify__PublicAddress", publicAddress)] : [];
        await RefusesAsync(2, words, settings, "--url", url);
    }

    // limits of findings/security: a key of one character was taken
    [Theory]
    [InlineData("Web__ApiKey", "K", "Web:ApiKey has 1 characters; expected at least 16")]
    [InlineData("Web__ReadKey", "short", "Web:ReadKey has 5 characters; expected at least 16")]
    [InlineData("Web__ApiKey", "a key with spaces in it", "Web:ApiKey has a character that no header can carry")]
    [InlineData("Notify__LinkKey", "short", "Notify:LinkKey has 5 characters; expected at least 32.")] // R6
    public async Task A_key_that_could_be_guessed_is_refused(string setting, string value, string words) =>
        await RefusesAsync(2, words, [(setting, value)]);

    [Fact]
    public async Task One_key_for_both_roles_is_refused() => await RefusesAsync(
        2, "every reader would be an operator", [("Web__ApiKey", "0123456789abcdef"), ("Web__ReadKey", "0123456789abcdef")]);

    [Fact]
    public async Task Every_secret_that_the_rule_file_needs_is_looked_for_before_anything_is_changed()
    {
        var file = _folder.File("rules.yaml");
        await File.WriteAllTextAsync(file, Rules, TestContext.Current.CancellationToken);

        var errors = await RefusesAsync(1, "Channel 'oncall' needs the secret 'oncall-key'; set Secrets__oncall_key.", [], "--rules", file);

        Assert.Contains("Channel 'team' needs the secret 'team-webhook'; set Secrets__team_webhook.", errors, StringComparison.Ordinal);
        var listed = await DemoProcess.RunAsync("rules", "list", "--data", _folder.File("serve.db"));
        Assert.DoesNotContain(listed.Lines, line => line.Contains("floor", StringComparison.Ordinal));
    }

    /// <summary>With keys it serves, others are let in by them, and the file is its owner's alone (R7).</summary>
    [Fact]
    public async Task With_a_key_it_serves_everybody_who_has_it()
    {
        using var serve = DemoProcess.Start(
            [
                ("DATAROBOT_ENDPOINT", "http://127.0.0.1:1/api/v2"), ("DATAROBOT_API_TOKEN", "any"),
                ("Web__ApiKey", "0123456789abcdef"),
            ],
            "serve", "--data", _folder.File("serve.db"), "--url", "http://0.0.0.0:0");
        var address = await serve.ErrorMatchAsync(new("(?<=Now listening on: )http://\\S+"));
        using var http = new HttpClient { BaseAddress = new(address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
        using var anonymous = await http.GetAsync(new Uri("/api/alerts", UriKind.Relative), TestContext.Current.CancellationToken);
        http.DefaultRequestHeaders.Add("X-Api-Key", "0123456789abcdef");
        using var known = await http.GetAsync(new Uri("/api/alerts", UriKind.Relative), TestContext.Current.CancellationToken);
        await serve.TerminateAsync();

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (anonymous.StatusCode, known.StatusCode));
        Assert.Equal(0, await serve.WaitAsync());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("serve.db")));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> RefusesAsync(int exitCode, string words, (string, string)[] settings, params string[] arguments)
    {
        string[] url = arguments.Contains("--url") ? [] : ["--url", "http://127.0.0.1:0"];
        var (exited, _, errors) = await DemoProcess.RunAsync(
            [("DATAROBOT_ENDPOINT", "http://127.0.0.1:1/api/v2"), ("DATAROBOT_API_TOKEN", "any"), .. settings],
            ["serve", "--data", _folder.File("serve.db"), .. url, .. arguments]);

        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, exited);
        return errors;
    }
}

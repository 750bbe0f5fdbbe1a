using System.Text.Json;
using System.Text.RegularExpressions;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests.Api;

/// <summary>The examples of docs/api.md, run by a shell against the API.</summary>
public sealed partial class ApiDocsTests
{
    private const string Key = "0123456789abcdef-operator";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_example_of_the_page_works()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl") && File.Exists("/usr/bin/jq"), "curl and jq are not installed");
        await using var host = await ApiHost.StartAsync(settings: ("Web:ApiKey", Key));
        host.Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        await host.ApplyAsync(
            """
            rules: [{ name: accuracy-floor, metric: Accuracy, when: { below: 0.85 }, notify: [credit-team] }]
            channels: [{ name: credit-team, type: console }]
            """);
        await host.ReadAsync("d1", 0.7, 0);

        var examples = Examples(await File.ReadAllTextAsync(Repository.File("docs", "api.md"), Cancellation));
        Assert.NotEmpty(examples);
        var variables = "";
        foreach (var example in examples)
        {
            if (example.StartsWith("URL=", StringComparison.Ordinal))
                continue;
            if (VariableName().IsMatch(example))
                variables += example + "\n";
            else
                await RunsAsync(host, variables, example);
        }
    }

    /// <summary>Each command of the page: a line, with those that a backslash joins to it.</summary>
    private static List<string> Examples(string page) =>
    [
        .. from block in Block().Matches(page)
           from command in block.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal)
               .Split('\n', StringSplitOptions.RemoveEmptyEntries)
           select command,
    ];

    private static async Task RunsAsync(ApiHost host, string variables, string example)
    {
        var address = host.Http.BaseAddress!.ToString().TrimEnd('/');
        var script = $"set -eo pipefail\nURL={address} KEY={Key}\n{variables}\n" +
            example.Replace("curl -sS", "curl -sS --fail-with-body", StringComparison.Ordinal);
        using var shell = NodePackages.Start("bash", ["-c", script], Path.GetTempPath(), []);
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(Cancellation), shell.StandardError.ReadToEndAsync(Cancellation));
        await shell.WaitForExitAsync(Cancellation);

        // Nothing was collected in this test.
        if (example.Contains("/api/collection", StringComparison.Ordinal))
        {
            Assert.Contains("Nothing was collected yet.", await output, StringComparison.Ordinal);
            return;
        }

        Assert.True(shell.ExitCode == 0, $"{example}\n{await output}\n{await errors}");
        if ((await output).Length > 0)
            JsonDocument.Parse(await output).Dispose();
    }

    [GeneratedRegex("```sh\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^[A-Z]+=")]
    private static partial Regex VariableName();
}

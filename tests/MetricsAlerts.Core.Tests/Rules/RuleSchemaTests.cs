using System.Diagnostics;
using System.Text.Json.Nodes;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Yaml;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Rules;

public sealed class RuleSchemaTests
{
    private static readonly string[] Valid =
    [
        """{"name":"a","metric":"Accuracy","when":{"below":{"warning":0.85,"critical":0.8},"recoverAbove":0.86},"for":"3 windows","confidence":"95%"}""",
        """{"name":"a","metric":"LogLoss","when":{"worsensBy":"10%","versus":"baseline"},"minSamples":200,"deployments":{"importance":["HIGH"],"label":"credit-*"}}""",
        """{"name":"a","metric":"Accuracy","when":{"all":[{"below":0.8},{"metric":"responseTime","above":300}]},"for":"2 of 3 windows","recoverAfter":"6h"}""",
        """{"name":"a","metric":"Accuracy","when":{"outside":[0.2,0.8]},"instances":["all","10.*"],"remindEvery":"1d"}""",
    ];

    private static readonly string[] Invalid =
    [
        """{"name":"a","metric":"Accuracy"}""",
        """{"name":"a","metric":"Accuracy","when":{"below":0.8,"above":0.9}}""",
        """{"name":"a","metric":"Accuracy","when":{"belw":0.8}}""",
        """{"name":"a","metric":"Accuracy","when":{"below":0.8},"for":"three windows"}""",
        """{"name":"a","metric":"Accuracy","when":{"below":0.8},"bucket":"2h"}""",
        """{"name":"two words","metric":"Accuracy","when":{"below":0.8}}""",
    ];

    [Fact]
    public void The_schema_in_docs_is_the_generated_one()
    {
        var file = Repository.File("docs", "rules.schema.json");
        if (Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1")
            File.WriteAllText(file, RuleSchema.ToJson());
        Assert.Equal(RuleSchema.ToJson(), File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("rule", "rules: [{ zzz: 1 }]")]
    [InlineData("channel", "channels: [{ zzz: 1 }]")]
    [InlineData("route", "routes: [{ zzz: 1 }]")]
    public void It_has_the_keys_that_the_reader_knows(string definition, string yaml)
    {
        var message = RuleFile.Parse(yaml, "x").Diagnostics.Single(diagnostic => diagnostic.Message.Contains("'zzz'", StringComparison.Ordinal)).Message;
        var known = message.Split("allowed: ")[1].Split('.')[0].Split(", ");
        var inSchema = JsonNode.Parse(RuleSchema.ToJson())!["$defs"]![definition]!["properties"]!.AsObject().Select(property => property.Key);
        Assert.Equal(known.Order(StringComparer.Ordinal), inSchema.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_accepts_what_the_reader_accepts()
    {
        var documents = Valid.Concat(Invalid).Select(rule => $$"""{"rules":[{{rule}}]}""").ToList();
        var home = await NodePackages.InstallAsync("MetricsAlerts.Core.Tests", "Schema", TestContext.Current.CancellationToken);
        using var node = Process.Start(new ProcessStartInfo("node", ["check.cjs"]) { WorkingDirectory = home, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await node.StandardInput.WriteLineAsync(JsonNode.Parse(RuleSchema.ToJson())!.ToJsonString());
        foreach (var document in documents)
            await node.StandardInput.WriteLineAsync(document);
        node.StandardInput.Close();
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var answers = (await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("", await errors);
        Assert.Equal(documents.Select((_, i) => i < Valid.Length ? "true" : "false"), answers);
        Assert.Equal(documents.Select((_, i) => i < Valid.Length), documents.Select(document => !RuleFile.Parse(document, "x.json").HasErrors));
    }
}

using System.Text.RegularExpressions;

namespace Repository.Tests;

/// <summary>The workflow that docs/deploy.md recommends for rules in git.</summary>
public sealed partial class RulesWorkflowTests
{
    private static string Workflow => File.ReadAllText(Checkout.File(".github", "workflows", "rules-example.yml"));

    [Fact]
    public void It_lints_tests_and_applies_in_this_order() =>
        Assert.Equal(["lint", "test", "apply"], Commands().Matches(Workflow).Select(match => match.Groups[1].Value));

    [Fact]
    public void It_has_no_stored_secret_and_only_what_applies_may_sign_in()
    {
        var apply = Workflow.IndexOf("  apply:", StringComparison.Ordinal);

        Assert.DoesNotContain("secrets.", Workflow, StringComparison.Ordinal);
        Assert.Equal([apply], SigningIn().Matches(Workflow).Select(match => Math.Min(match.Index, apply)));
        Assert.Contains("if: github.event_name == 'push'", Workflow[apply..], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_variable_that_it_reads_is_in_the_documents()
    {
        var documents = File.ReadAllText(Checkout.File("docs", "deploy.md"));

        Assert.All(
            Variables().Matches(Workflow), match => Assert.Contains(match.Groups[1].Value, documents, StringComparison.Ordinal));
    }

    [GeneratedRegex("metrics-alerts rules ([a-z]+)")]
    private static partial Regex Commands();

    [GeneratedRegex("id-token: write")]
    private static partial Regex SigningIn();

    [GeneratedRegex("vars\\.([A-Z_]+)")]
    private static partial Regex Variables();
}

using System.Text.RegularExpressions;

namespace Repository.Tests;

/// <summary>docs/security.md: each threat names tests that are there.</summary>
public sealed partial class ThreatModelTests
{
    [Fact]
    public void Each_threat_names_a_test_that_is_there()
    {
        var rows = File.ReadAllLines(Checkout.File("docs", "security.md"))
            .SkipWhile(line => !line.StartsWith("| threat ", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).ToList();
        var tests = Directory.GetFiles(Checkout.File("tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestMethod().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.InRange(rows.Count, 20, int.MaxValue);
        Assert.All(rows, row =>
        {
            var named = Quoted().Matches(row.Split('|')[^2]).Select(match => match.Groups[1].Value).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, test => Assert.Contains(test, tests));
        });
    }

    [GeneratedRegex(@"public (?:async Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Quoted();
}

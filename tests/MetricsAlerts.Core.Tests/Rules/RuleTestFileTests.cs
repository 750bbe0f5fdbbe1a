using MetricsAlerts.Backtesting;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Rules;

public sealed class RuleTestFileTests
{
    private const string Floor = "rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, for: 2 windows }]\n";

    public static TheoryData<string> Scenarios => [.. Directory.GetFiles(Repository.File("tests", "Scenarios"), "*.test.yaml").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Scenarios_hold(string name)
    {
        var file = Parse(File.ReadAllText(Repository.File("tests", "Scenarios", name)));
        Assert.Empty(file.Diagnostics);
        Assert.NotEmpty(file.Tests);
        Assert.Empty(file.Tests.SelectMany(test => RuleTestRunner.Run(file.Rules, test).Problems));
    }

    [Fact]
    public void A_failure_shows_expected_beside_got_and_the_reasons_around() => Snapshot.Verify(
        string.Join('\n', Run(Floor + """
            tests:
              - name: wrong
                series: { metric: Accuracy }
                values: "0.9 0.7x2 0.9"
                expect: [{ window: 2, rule: floor, change: Fired }]
                states: [{ window: 2, rule: floor, state: Firing }]
            """)),
        "rule-test-failure.txt");

    [Theory]
    [InlineData("deployments: { importance: HIGH }", "because the rule does not select this series: its importance is not set, the rule asks for HIGH")]
    [InlineData("bucket: 1d", "because the rule does not select this series: its windows are 1h long, the rule asks for 1d")]
    [InlineData("enabled: false", "because the rule is disabled")]
    public void A_rule_that_does_not_look_at_the_series_says_why(string keys, string why)
    {
        var problem = Assert.Single(Run(
            $$"""
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, {{keys}} }]
            tests: [{ name: t, series: { metric: Accuracy }, values: "0.7", expect: [{ window: 1, rule: floor, change: Fired }] }]
            """));

        Assert.Contains($"got      nothing\n  {why}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_changes_pass_only_when_allowed()
    {
        const string test = "tests: [{ name: t, series: { metric: Accuracy }, values: \"0.7x2\", expectOnly: ONLY }]";
        Assert.Single(Run(Floor + test.Replace("ONLY", "true", StringComparison.Ordinal)));
        Assert.Empty(Run(Floor + test.Replace("ONLY", "false", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rules_can_come_from_a_file()
    {
        var file = RuleTestFile.Parse("rules: floor.yaml\ntests: []", "t.yaml", name => name == "floor.yaml" ? Floor : throw new FileNotFoundException(name));
        Assert.Equal("floor", file.Rules.Rules.Single().Name);
    }

    [Theory]
    [InlineData("0.9x4 _ -x2", "0.9 0.9 0.9 0.9 _ - -")]
    [InlineData("1e-3 -5", "0.001 -5")]
    public void Values_are_noted(string text, string expected)
    {
        Assert.True(ValueNotation.TryParse(text, out var values));
        Assert.Equal(expected, string.Join(' ', values.Select(value => !value.IsWindow ? "-" : value.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "_")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.9x")]
    [InlineData("0.9x0")]
    [InlineData("low")]
    public void What_is_no_value_is_refused(string text) => Assert.False(ValueNotation.TryParse(text, out _));

    [Fact]
    public void A_bad_test_file_is_reported_with_its_places()
    {
        var file = Parse(Floor + "tests: [{ name: t, series: { metrik: Accuracy }, values: low, expect: [{ window: 0, rule: floor, change: fired }] }]");
        Assert.Empty(file.Tests);
        Assert.Equal(4, file.Diagnostics.Count);
    }

    private static RuleTestFile Parse(string yaml) => RuleTestFile.Parse(yaml, "t.yaml", _ => throw new InvalidOperationException());

    private static List<string> Run(string yaml)
    {
        var file = Parse(yaml);
        Assert.Empty(file.Diagnostics);
        return [.. file.Tests.SelectMany(test => RuleTestRunner.Run(file.Rules, test).Problems)];
    }
}

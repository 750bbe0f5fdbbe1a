using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Yaml;

namespace MetricsAlerts.Core.Tests.Rules;

public sealed class RuleSetTests
{
    private const string Yaml =
        """
        rules:
          - { name: any, metric: Accuracy, when: { below: 0.8 } }
          - { name: id, metric: Accuracy, deployments: { id: [D1, d9] }, when: { below: 0.8 } }
          - { name: label, metric: Accuracy, deployments: { label: "credit-*" }, when: { below: 0.8 } }
          - { name: importance, metric: Accuracy, deployments: { importance: [critical] }, when: { below: 0.8 } }
          - { name: type, metric: Accuracy, deployments: { modelType: "*Trees*" }, when: { below: 0.8 } }
          - { name: both, metric: Accuracy, deployments: { id: d1, label: "fraud-*" }, when: { below: 0.8 } }
          - { name: glob, metric: "A*", when: { below: 0.8 } }
          - { name: each, metric: Accuracy, instances: each, when: { below: 0.8 } }
          - { name: hosts, metric: Accuracy, instances: "10.*", when: { below: 0.8 } }
          - { name: daily, metric: Accuracy, bucket: 1d, when: { below: 0.8 } }
          - { name: off, metric: Accuracy, enabled: false, when: { below: 0.8 } }
        """;

    private static readonly RuleSet Rules = new(RuleFile.Parse(Yaml, "x").Rules, [], []);
    private static readonly Deployment Credit = new("d1", "credit-risk") { Importance = "CRITICAL", ModelType = "Gradient Boosted Trees" };

    [Theory]
    [InlineData("all", "Accuracy", 1, "any each glob id importance label type")]
    [InlineData("10.20.0.11", "Accuracy", 1, "each hosts")]
    [InlineData("all", "AUC", 1, "glob")]
    [InlineData("all", "LogLoss", 1, "")]
    [InlineData("all", "Accuracy", 24, "daily")]
    public void Rules_match_by_deployment_instance_metric_and_window(string instance, string metric, int hours, string expected) =>
        Assert.Equal(expected, Names(Credit, instance, new(metric, TimeSpan.FromHours(hours))));

    [Fact]
    public void What_the_source_does_not_say_matches_no_rule_that_asks_for_it() =>
        Assert.Equal("any each glob", Names(new("d2", "churn"), "all", new("Accuracy", TimeSpan.FromHours(1))));

    [Fact]
    public void Among_a_thousand_rules_the_same_ones_match_each_time()
    {
        var many = Enumerable.Range(0, 1000).Select(i => $"- {{ name: r{i}, metric: Accuracy, deployments: {{ label: \"team-{i}-*\" }}, when: {{ below: 0.8 }} }}");
        var rules = new RuleSet(RuleFile.Parse($"rules:\n{string.Join('\n', many)}", "x").Rules, [], []);
        for (var round = 0; round < 3; round++)
        {
            var matching = new List<CompiledRule>();
            rules.Match(new($"d{round % 2}", $"team-{round % 2}-model"), "all", new("Accuracy", TimeSpan.FromHours(1)), matching);
            Assert.Equal($"r{round % 2}", matching.Single().Rule.Name);
        }
    }

    private static string Names(Deployment deployment, string instance, SeriesName series)
    {
        var matching = new List<CompiledRule>();
        Rules.Match(deployment, instance, series, matching);
        return string.Join(' ', matching.Select(rule => rule.Rule.Name).Order(StringComparer.Ordinal));
    }
}

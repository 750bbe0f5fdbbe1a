using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Rules;

/// <summary>Why a rule is not for something.</summary>
public sealed class SelectionTests
{
    private static readonly Deployment Deployment = new("d1", "credit-risk") { Importance = "LOW" };

    [Theory]
    [InlineData("", null)]
    [InlineData("deployments: { id: [d2, d3] }", "its id is 'd1', the rule asks for d2 or d3")]
    [InlineData("deployments: { label: 'churn-*' }", "its label is 'credit-risk', the rule asks for churn-*")]
    [InlineData("deployments: { importance: HIGH }", "its importance is 'LOW', the rule asks for HIGH")]
    [InlineData("deployments: { modelType: '*Boost*' }", "its model type is not set, the rule asks for *Boost*")]
    [InlineData("deployments: { label: 'credit-*', importance: HIGH }", "its importance is 'LOW', the rule asks for HIGH")]
    [InlineData("instances: '10.*'", "the instance is 'all', the rule asks for 10.*")]
    [InlineData("bucket: 1d", "its windows are 1h long, the rule asks for 1d")]
    public void It_says_what_the_rule_asks_for_and_what_was_found(string keys, string? why)
    {
        var rule = RuleFile.Parse(
            $$"""rules: [{ name: r, metric: Accuracy, when: { below: 0.5 }{{(keys.Length > 0 ? ", " : "")}}{{keys}} }]""", "r.yaml").Rules[0];
        var series = new SeriesName("Accuracy", TimeSpan.FromHours(1));

        Assert.Equal(why, Selection.WhyNot(rule, Deployment, Instances.All, series));
        Assert.Equal(why is null, new CompiledRule(rule).Matches(Deployment, Instances.All, series));
    }

    [Fact]
    public void Another_metric_is_another_metric()
    {
        var rule = RuleFile.Parse("rules: [{ name: r, metric: Accuracy, when: { below: 0.5 } }]", "r.yaml").Rules[0];

        Assert.Equal(
            "the metric is 'AUC', the rule asks for 'Accuracy'",
            Selection.WhyNot(rule, Deployment, Instances.All, new("AUC", TimeSpan.FromHours(1))));
    }
}

using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Evaluating;

public sealed class LifecycleTests
{
    private const string Rule = "when: { below: 0.85 }, for: 2 windows";

    [Fact]
    public void A_replaced_model_resolves_and_starts_afresh()
    {
        var story = new Story(Rule).Windows(0.7, 0.7);
        story.Model = "m2";
        Assert.Equal("2 Fired warning, 3 Resolved modelReplaced, 4 Fired warning", story.Windows(0.7, 0.7).Transitions);
    }

    [Fact]
    public void A_replaced_model_does_not_matter_to_service_health()
    {
        var story = new Story("when: { above: 300 }, for: 2 windows", "responseTime").Windows(400);
        story.Model = "m2";
        Assert.Equal("2 Fired warning", story.Windows(400).Transitions);
    }

    [Fact]
    public void A_changed_rule_that_no_longer_holds_resolves() =>
        Assert.Equal("2 Fired warning, 3 Resolved ruleChanged", new Story(Rule).Windows(0.7, 0.7).Rules("when: { below: 0.6 }, for: 2 windows").Windows(0.7).Transitions);

    [Fact]
    public void A_changed_rule_that_still_holds_says_nothing() =>
        Assert.Equal("2 Fired warning", new Story(Rule).Windows(0.7, 0.7).Rules("when: { below: 0.8 }, for: 2 windows").Windows(0.7).Transitions);

    [Fact]
    public void A_changed_rule_that_holds_now_fires() =>
        Assert.Equal("3 Fired warning", new Story(Rule).Windows(0.86, 0.86).Rules("when: { below: 0.9 }, for: 2 windows").Windows(0.86).Transitions);

    [Fact]
    public void A_removed_rule_resolves() =>
        Assert.Equal("2 Fired warning, 3 Resolved ruleRemoved", new Story(Rule).Windows(0.7, 0.7).Rules("").Windows(0.7).Transitions);

    [Fact]
    public void A_disabled_rule_resolves() =>
        Assert.Equal("2 Fired warning, 3 Resolved ruleDisabled", new Story(Rule).Windows(0.7, 0.7).Rules(Rule + ", enabled: false").Windows(0.7).Transitions);

    [Fact]
    public void A_deployment_that_is_gone_resolves_everything()
    {
        var story = new Story(Rule).Windows(0.7, 0.7).DeploymentGone();
        Assert.Equal("2 Fired warning, 2 Resolved deploymentGone", story.Transitions);
        Assert.Empty(story.Partition.Series);
    }
}

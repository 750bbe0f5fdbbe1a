using MetricsAlerts.Notifying;

namespace MetricsAlerts.Core.Tests.Evaluating;

public sealed class LifecycleTests
{
    private const string Rule = "when: { below: 0.85 }, for: 2 windows";

    [Fact]
    public void A_replaced_model_resolves_and_starts_afresh()
    {
        var story = new Story(Rule).Windows(0.7, 0.7);
        story.Model = "m2";
        Assert.Equal("2 Fired warning, 3 Resolved modelReplaced, 4 Fired warning", story.Windows(0.7, 0.7).Changes);
    }

    [Fact]
    public void Windows_without_a_value_count_from_the_first_one_of_a_new_model()
    {
        var story = new Story($"{Rule}, noData: alert").Windows(0.7, 0.7);
        story.Model = "m2";
        Assert.Equal("2 Fired warning, 3 Resolved modelReplaced, 4 NoData warning", story.Windows(null, null).Changes);
    }

    [Fact]
    public void What_breached_before_values_were_missing_counts_on_when_they_are_back() =>
        Assert.Equal("3 NoData warning, 4 DataBack warning", new Story($"{Rule}, noData: alert").Windows(0.7, null, null, 0.7).Changes);

    [Fact]
    public void Missing_values_are_over_when_they_are_back_and_good() =>
        Assert.Equal("3 NoData warning, 4 Resolved recovered", new Story($"{Rule}, noData: alert").Windows(0.7, null, null, 0.9, 0.7).Changes);

    [Fact]
    public void Values_are_missing_since_the_first_window_without_one_whatever_breached_before() =>
        Assert.Equal(Story.Start + Story.Hour, new Story($"{Rule}, noData: alert").Windows(0.7, null, null).Alert!.Since);

    // Somebody breaks a stored rule by hand, and it is mended before Collect reads again.
    [Fact]
    public void A_rule_that_comes_back_finds_what_it_looks_at_where_it_left_it()
    {
        var story = new Story("when: { below: 0.85 }, for: 4 windows").Windows(0.7, 0.7, 0.7).Rules("").Look();
        Assert.Equal("4 Fired warning", story.Rules("when: { below: 0.85 }, for: 4 windows").Windows(0.7).Changes);
    }

    [Fact]
    public void A_series_that_is_not_read_any_more_because_no_rule_looks_at_it_is_forgotten_at_once()
    {
        var story = new Story(Rule).Windows(0.7, 0.7).Rules("").Unwatched();
        Assert.Empty(story.Instance!.Series);
        Assert.Equal("2 Fired warning, 2 Resolved ruleRemoved", story.Rules(Rule).Look().Changes);
    }

    [Fact]
    public void A_rule_that_is_back_before_its_series_is_forgotten_keeps_it() =>
        Assert.Equal("2 Fired warning", new Story(Rule).Windows(0.7, 0.7).Unwatched().Windows(0.7).Changes);

    [Fact]
    public void A_series_that_no_rule_looks_at_any_more_is_forgotten_after_a_while()
    {
        var story = new Story(Rule).Windows(0.7, 0.7).Rules("").Look().Wait(TimeSpan.FromHours(47)).Look();
        Assert.NotEmpty(story.Instance!.Series);
        Assert.Empty(story.Wait(TimeSpan.FromHours(1)).Look().Instance!.Series);
    }

    [Fact]
    public void A_replaced_model_does_not_matter_to_service_health()
    {
        var story = new Story("when: { above: 300 }, for: 2 windows", "responseTime").Windows(400);
        story.Model = "m2";
        Assert.Equal("2 Fired warning", story.Windows(400).Changes);
    }

    // P24
    [Fact]
    public void A_model_that_is_known_to_be_replaced_only_when_actuals_come_late_resolves_as_replaced()
    {
        var story = new Story("when: { below: 0.85 }").Windows(0.9, 0.7, null);
        story.Model = "m2";
        Assert.Equal("2 Fired warning, 3 Resolved modelReplaced", story.Revise(3, 0.6).Changes);
    }

    [Fact]
    public void A_changed_rule_that_no_longer_holds_resolves_without_a_new_window() =>
        Assert.Equal("2 Fired warning, 2 Resolved ruleChanged", new Story(Rule).Windows(0.7, 0.7).Rules("when: { below: 0.6 }, for: 2 windows").Look().Changes);

    [Fact]
    public void A_changed_rule_that_still_holds_says_nothing() =>
        Assert.Equal("2 Fired warning", new Story(Rule).Windows(0.7, 0.7).Rules("when: { below: 0.8 }, for: 2 windows").Look().Windows(0.7).Changes);

    [Fact]
    public void A_changed_rule_that_holds_now_fires_without_a_new_window() =>
        Assert.Equal("2 Fired warning", new Story(Rule).Windows(0.86, 0.86).Rules("when: { below: 0.9 }, for: 2 windows").Look().Changes);

    // P23
    [Fact]
    public void A_rule_that_was_made_stricter_escalates_and_says_that_the_rule_was_changed()
    {
        var story = new Story("when: { below: 0.85 }").Windows(0.7).Rules("when: { below: 0.85 }, severity: critical").Look();

        Assert.Equal("1 Fired warning, 1 Escalated critical", story.Changes);
        Assert.StartsWith("The rule was changed", NotificationContent.Of(story.Heard[^1]).Summary, StringComparison.Ordinal);
    }

    // P23
    [Theory]
    [InlineData("", "ruleRemoved")]
    [InlineData("when: { below: 0.85 }, enabled: false", "ruleDisabled")]
    [InlineData("when: { below: 0.85 }, bucket: 1d", "noLongerSelected")]
    [InlineData("when: { below: 0.85 }, instances: each, deployments: { label: churn }", "noLongerSelected")]
    [InlineData("when: { below: 0.85 }, deployments: { importance: [LOW] }", "noLongerSelected")]
    public void An_edited_rule_resolves_with_the_true_reason_whether_anything_comes_or_not(string rule, string reason) =>
        Assert.Equal($"2 Fired warning, 2 Resolved {reason}", new Story(Rule).Windows(0.7, 0.7).Rules(rule).Look().Changes);

    // P2
    [Fact]
    public void A_rule_that_comes_back_is_told_again_and_again()
    {
        var story = new Story(Rule).Windows(0.7, 0.7);
        for (var time = 0; time < 3; time++)
            story.Rules("").Look().Rules(Rule).Batch(0.7, 0.7);
        Assert.Equal(
            "2 Fired warning, 2 Resolved ruleRemoved, 4 Fired warning, 4 Resolved ruleRemoved, 6 Fired warning, 6 Resolved ruleRemoved, 8 Fired warning",
            story.Changes);
    }

    [Fact]
    public void Versions_of_an_alert_only_grow()
    {
        var story = new Story(Rule).Windows(0.7, 0.7, 0.9, 0.7, 0.7).Rules("").Look().Rules(Rule).Batch(0.7, 0.7);

        var versions = story.Heard.Select(change => change.Alert.Version).ToList();
        Assert.Equal(5, versions.Count);
        Assert.Equal(versions.Order(), versions);
        Assert.Equal(5, versions.Distinct().Count());
    }

    [Fact]
    public void A_deployment_that_is_gone_resolves_everything() =>
        Assert.Equal("2 Fired warning, 2 Resolved deploymentGone", new Story(Rule).Windows(0.7, 0.7).DeploymentGone().Changes);

    [Fact]
    public void A_host_that_is_gone_resolves_its_alerts() =>
        Assert.Equal("2 Fired warning, 2 Resolved instanceGone", new Story(Rule).Windows(0.7, 0.7).InstanceGone().Changes);

    [Fact]
    public void A_metric_that_is_gone_resolves_its_alerts_and_takes_its_windows_along()
    {
        var story = new Story(Rule).Windows(0.7, 0.7).MetricGone();
        Assert.Equal("2 Fired warning, 2 Resolved metricGone", story.Changes);
        Assert.Empty(story.Instance!.Series);
    }
}

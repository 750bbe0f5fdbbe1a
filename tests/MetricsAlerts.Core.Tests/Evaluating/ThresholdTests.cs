using MetricsAlerts.Evaluating;

namespace MetricsAlerts.Core.Tests.Evaluating;

public sealed class ThresholdTests
{
    [Fact]
    public void Accuracy_below_floor_for_three_windows_fires_once() =>
        Assert.Equal("6 Fired warning", new Story("when: { below: 0.85 }, for: 3 windows").Windows(0.9, 0.9, 0.9, 0.7, 0.7, 0.7, 0.7, 0.7).Changes);

    [Fact]
    public void A_good_window_in_between_starts_the_count_anew() =>
        Assert.Equal("6 Fired warning", new Story("when: { below: 0.85 }, for: 3 windows").Windows(0.7, 0.7, 0.9, 0.7, 0.7, 0.7).Changes);

    [Fact]
    public void A_value_at_the_threshold_does_not_breach() =>
        Assert.Equal("", new Story("when: { below: 0.85 }").Windows(0.85, 0.85).Changes);

    [Fact]
    public void It_resolves_at_the_first_good_window_and_can_fire_again() =>
        Assert.Equal("1 Fired warning, 2 Resolved recovered, 3 Fired warning", new Story("when: { below: 0.85 }").Windows(0.7, 0.9, 0.7).Changes);

    [Fact]
    public void Above_is_the_other_way_round() =>
        Assert.Equal("2 Fired critical, 4 Resolved recovered", new Story("when: { above: 300 }, severity: critical", "responseTime").Windows(300, 301, 400, 299).Changes);

    [Fact]
    public void Two_warnings_and_a_critical_fire_warning_and_two_more_criticals_escalate() =>
        Assert.Equal("3 Fired warning, 5 Escalated critical", new Story("when: { below: { warning: 0.85, critical: 0.8 } }, for: 3 windows").Windows(0.82, 0.82, 0.7, 0.7, 0.7).Changes);

    [Fact]
    public void Three_criticals_fire_critical_at_once() =>
        Assert.Equal("3 Fired critical", new Story("when: { below: { warning: 0.85, critical: 0.8 } }, for: 3 windows").Windows(0.7, 0.7, 0.7).Changes);

    [Fact]
    public void It_steps_down_when_only_the_critical_level_recovers() =>
        Assert.Equal(
            "1 Fired critical, 2 Deescalated warning, 3 Resolved recovered",
            new Story("when: { below: { warning: 0.85, critical: 0.8 } }").Windows(0.7, 0.82, 0.9).Changes);

    [Fact]
    public void Between_threshold_and_recover_level_it_stays_as_it_is()
    {
        var story = new Story("when: { below: 0.85, recoverAbove: 0.88 }").Windows(0.7, 0.86, 0.87);
        Assert.Equal(("1 Fired warning", AlertPhase.Firing), (story.Changes, story.Phase));
        Assert.Equal("1 Fired warning, 4 Resolved recovered", story.Windows(0.88).Changes);
    }

    [Fact]
    public void A_single_recover_level_belongs_to_the_lowest_level() =>
        Assert.Equal(
            "1 Fired critical, 2 Deescalated warning, 4 Resolved recovered",
            new Story("when: { below: { warning: 0.85, critical: 0.8 }, recoverAbove: 0.9 }").Windows(0.7, 0.81, 0.89, 0.9).Changes);

    [Fact]
    public void Recovery_takes_as_long_as_the_rule_asks()
    {
        var story = new Story("when: { below: 0.85 }, recoverAfter: 2 windows").Windows(0.7, 0.9);
        Assert.Equal(AlertPhase.Recovering, story.Phase);
        Assert.Equal("1 Fired warning, 5 Resolved recovered", story.Windows(0.7, 0.9, 0.9).Changes);
    }

    [Fact]
    public void Two_of_three_windows_are_enough() =>
        Assert.Equal("3 Fired warning", new Story("when: { below: 0.85 }, for: 2 of 3 windows").Windows(0.7, 0.9, 0.7).Changes);

    [Fact]
    public void Windows_of_an_alert_that_is_over_do_not_count_for_the_next() =>
        Assert.Equal("2 Fired warning, 3 Resolved recovered", new Story("when: { below: 0.85 }, for: 2 of 4 windows").Windows(0.7, 0.7, 0.9, 0.7).Changes);

    [Fact]
    public void A_duration_counts_the_length_of_breaching_windows() =>
        Assert.Equal("4 Fired warning", new Story("when: { below: 0.85 }, for: 3h").Windows(0.7, null, 0.7, 0.7).Changes);

    [Fact]
    public void It_is_pending_until_the_patience_is_over()
    {
        var story = new Story("when: { below: 0.85 }, for: 2 windows").Windows(0.7);
        Assert.Equal(AlertPhase.Pending, story.Phase);
        Assert.Equal(AlertPhase.Inactive, story.Windows(0.9).Phase);
    }

    [Fact]
    public void Since_is_the_start_of_the_first_breaching_window() =>
        Assert.Equal(Story.Start + Story.Hour, new Story("when: { below: 0.85 }, for: 2 windows").Windows(0.9, 0.7, 0.7).Heard.Single().Alert.Since);

    [Fact]
    public void It_reminds_as_often_as_the_rule_asks() =>
        Assert.Equal(
            "1 Fired warning, 4 Reminded warning, 7 Reminded warning, 8 Resolved recovered",
            new Story("when: { below: 0.85 }, remindEvery: 3h").Windows(0.7, 0.7, 0.7, 0.7, 0.7, 0.7, null, 0.9).Changes);
}

using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Evaluating;

public sealed class RevisionTests
{
    private const string Rule = "when: { below: 0.85 }, for: 2 windows";

    [Fact]
    public void The_same_window_twice_changes_nothing() =>
        Assert.Equal("2 Fired warning", new Story(Rule).Windows(0.7, 0.7).Revise(2, 0.7).Revise(1, 0.7).Changes);

    [Fact]
    public void A_late_value_that_shows_there_was_no_problem_resolves_as_revised() =>
        Assert.Equal("2 Fired warning, 2 Resolved revised", new Story(Rule).Windows(0.7, 0.7).Revise(1, 0.9).Changes);

    [Fact]
    public void A_late_value_that_shows_a_problem_fires_late() =>
        Assert.Equal("3 Fired warning", new Story(Rule).Windows(0.9, 0.7, null).Revise(1, 0.7).Changes);

    [Fact]
    public void A_problem_that_came_and_went_unseen_is_not_told() =>
        Assert.Equal("", new Story(Rule).Windows(null, null, 0.9).Revise(1, 0.7).Revise(2, 0.7).Changes);

    [Fact]
    public void A_recovery_that_arrives_late_is_a_recovery() =>
        Assert.Equal("3 Fired warning, 4 Resolved recovered", new Story(Rule).Windows(0.9, 0.7, 0.7, null).Revise(4, 0.9).Changes);

    [Fact]
    public void A_value_that_goes_back_and_forth_is_told_each_time() =>
        Assert.Equal("2 Fired warning, 2 Resolved revised, 2 Fired warning", new Story(Rule).Windows(0.7, 0.7).Revise(2, 0.9).Revise(2, 0.7).Changes);

    // P31
    [Fact]
    public void A_window_of_an_older_reading_changes_nothing_that_is_known_better() =>
        Assert.Equal("", new Story("when: { below: 0.85 }").Windows(0.9, 0.9).Revise(2, 0.9).Replay(2, 0.5).Changes);

    [Fact]
    public void A_window_of_an_older_reading_that_was_missing_counts() =>
        Assert.Equal("3 Fired warning", new Story(Rule).Windows(0.9).Gap().Windows(0.7).Replay(2, 0.7).Changes);

    [Fact]
    public void Windows_in_any_order_end_in_the_same_state()
    {
        double?[] values = [0.9, 0.7, null, 0.7, 0.7, 0.9, 0.7, 0.8];
        var inOrder = new Story(Rule).Windows(values).State!.Current;
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var order = Enumerable.Range(0, values.Length).ToArray();
            random.Shuffle(order);
            var story = new Story(Rule);
            foreach (var index in order)
                story.Arrive(index, values[index]);
            Assert.Equal(inOrder, story.State!.Current);
            Assert.Equal(inOrder.IsOpen, story.IsOpen);
        }
    }

    [Theory]
    [InlineData("when: { worsensBy: 10%, versus: previous }, for: 2 windows")]
    [InlineData("when: { worsensBy: 0.1, versus: sameHourYesterday }")]
    [InlineData("when: { unusual: high }, recoverAfter: 2 windows")]
    [InlineData("when: { missingFor: 3h }, remindEvery: 2h")]
    [InlineData("when: { below: 0.6 }, for: 2 windows, noData: alert")]
    [InlineData("when: { any: [{ below: 0.5 }, { worsensBy: 20%, versus: previous }] }")]
    public void Whatever_the_condition_looks_back_at_the_order_of_arrival_does_not_matter(string rule)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 40).Select(_ => random.Next(5) == 0 ? (double?)null : random.Next(3, 10) / 10.0).ToArray();
        var inOrder = new Story(rule).Windows(values).State!.Current;
        for (var round = 0; round < 50; round++)
        {
            var order = Enumerable.Range(0, values.Length).ToArray();
            random.Shuffle(order);
            var story = new Story(rule);
            foreach (var index in order)
                story.Arrive(index, values[index]);
            Assert.Equal(inOrder, story.State!.Current);
            Assert.Equal(inOrder.IsOpen, story.IsOpen);
        }
    }

    [Fact]
    public void A_revision_older_than_a_week_is_counted_and_dropped()
    {
        var story = new Story("when: { worsensBy: 0.1, versus: sameHourYesterday }").Windows([.. Enumerable.Repeat<double?>(0.9, 200)]);
        Assert.Equal("", story.Revise(30, 0.1).Revise(31, 0.1).Changes);
        Assert.Equal(2, story.Instance!.Series.Single().TooOld);
    }

    [Fact]
    public void Windows_that_no_rule_looks_at_are_not_kept()
    {
        var story = new Story(Rule).Windows([.. Enumerable.Repeat<double?>(0.9, 200)]);
        Assert.Equal("", story.Revise(1, 0.1).Revise(2, 0.1).Changes);
        Assert.True(story.Instance!.Series.Single().History.Count <= 168);
    }

    [Fact]
    public void The_state_before_the_ring_is_not_forgotten()
    {
        var story = new Story("when: { below: 0.85 }, recoverAfter: 400 windows").Windows(0.7).Windows([.. Enumerable.Repeat<double?>(0.9, 399)]);
        Assert.Equal("1 Fired warning", story.Changes);
        Assert.Equal("1 Fired warning, 401 Resolved recovered", story.Windows(0.9).Changes);
    }

    // K6, K14
    [Fact]
    public void Of_many_windows_at_once_only_the_state_that_they_end_in_is_told()
    {
        Assert.Equal("", new Story(Rule).Batch(0.7, 0.7, 0.9, 0.9).Changes);
        Assert.Equal("4 Fired warning", new Story(Rule).Batch(0.9, 0.9, 0.7, 0.7).Changes);
        Assert.Equal("2 Fired warning", new Story(Rule).Windows(0.7, 0.7).Batch(0.9, 0.9, 0.7, 0.7).Changes);
    }
}

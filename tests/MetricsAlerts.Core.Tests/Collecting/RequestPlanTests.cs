using MetricsAlerts.Collecting;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>The fewest requests, from what is known before asking.</summary>
public sealed class RequestPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("Accuracy 1, LogLoss 1, AUC 1", 1, "Accuracy by window")]
    [InlineData("Accuracy 7, LogLoss 7, AUC 7", 3, "Accuracy over time")]
    [InlineData("Accuracy 168, LogLoss 1, AUC 1", 2, "Accuracy over time, Accuracy by window")]
    [InlineData("Accuracy 168", 1, "Accuracy over time")]
    [InlineData("totalRequests 4", 1, "ServiceHealth over time")]
    [InlineData("responseTime 4", 2, "ServiceHealth over time")]
    [InlineData("responseTime 1, executionTime 1, serverErrorRate 1", 1, "ServiceHealth by window")]
    [InlineData("responseTime.p90 1, executionTime.p90 1, serverErrorRate 1", 2, "ServiceHealth by window")]
    [InlineData("rowCount 1", 1, "Predictions over time")]
    [InlineData("rowCount 4, actuals.completeness 168", 2, "Predictions over time")]
    [InlineData("targetDrift 3", 3, "Drift by window")]
    [InlineData("featureDrift/age 1, featureDrift/sex 1, featureDrift.max 1, targetDrift 1", 2, "Drift by window")]
    [InlineData("MAD 1, RMSE 1", 2, "Accuracy over time, Accuracy by window")]
    [InlineData("Accuracy 0", 0, "")]
    public void A_family_takes_as_few_requests_as_the_API_allows(string needs, int cost, string what)
    {
        var plan = RequestPlan.For(needs.Split(", ").Select(Need));

        Assert.Equal(cost, plan.Cost);
        Assert.Equal(what, string.Join(", ", plan.Requests.Select(request => request.What).Distinct()));
    }

    [Fact]
    public void A_window_is_needed_once_and_a_change_is_looked_for_once_an_hour()
    {
        var planned = Planned("Accuracy");
        var checkpoint = new SeriesCheckpoint { ReadFrom = Start.AddDays(-7), LookedAt = Start.AddSeconds(3) };
        checkpoint.MarkPublished(new MetricWindow(Start - Hour, Start, 0.9, 10));

        Assert.Empty(Needed(Start.AddMinutes(50)).Windows);
        Assert.Equal(168, Needed(Start.AddMinutes(60)).Windows.Count);
        Assert.Equal([Start], Needed(Start.AddMinutes(60), isLeader: false).Windows);

        // Without a prediction for a week nothing can change.
        Assert.Equal([Start], Needed(Start.AddMinutes(60), lastPrediction: Start.AddDays(-8)).Windows);

        SeriesNeed Needed(DateTimeOffset now, bool isLeader = true, DateTimeOffset? lastPrediction = null) =>
            SeriesNeeds.Of("all", planned, checkpoint, isLeader, new(now, lastPrediction, new CollectionOptions()));
    }

    // S11
    [Theory]
    [InlineData("Accuracy", 168)]
    [InlineData("responseTime", 168)]
    [InlineData("targetDrift", 1)]
    public void An_alert_that_began_before_the_first_tick_is_found_where_its_windows_come_in_one_request(string metric, int windows) =>
        Assert.Equal(windows, SeriesNeeds.Of("all", Planned(metric), null, isLeader: true, new(Start, null, new CollectionOptions())).Windows.Count);

    [Fact]
    public void What_was_owed_is_needed_at_the_next_tick()
    {
        var checkpoint = new SeriesCheckpoint { ReadFrom = Start.AddDays(-7), LookedAt = Start };
        checkpoint.MarkPublished(new MetricWindow(Start - Hour, Start, 0.9, 10));
        checkpoint.Owed.Add(Start.AddHours(-5));

        var need = SeriesNeeds.Of("all", Planned("AUC"), checkpoint, isLeader: false, new(Start.AddMinutes(10), null, new CollectionOptions()));

        Assert.Equal([Start.AddHours(-5)], need.Windows);
    }

    [Fact]
    public void What_was_looked_at_by_a_clock_that_was_ahead_is_looked_at_again()
    {
        var checkpoint = new SeriesCheckpoint { ReadFrom = Start.AddDays(-7), LookedAt = Start.AddHours(5) };
        checkpoint.MarkPublished(new MetricWindow(Start - Hour, Start, 0.9, 10));
        var options = new CollectionOptions { LookBack = TimeSpan.FromHours(24) };

        var need = SeriesNeeds.Of("all", Planned("responseTime"), checkpoint, isLeader: true, new(Start.AddMinutes(10), null, options));

        Assert.Equal(24, need.Windows.Count);
    }

    // K4
    [Fact]
    public void Time_that_is_too_long_ago_to_be_read_after_all_is_a_gap()
    {
        var checkpoint = new SeriesCheckpoint { ReadFrom = Start.AddDays(-7) };
        checkpoint.MarkPublished(new MetricWindow(Start - Hour, Start, 0.9, 10));
        var facts = new TickFacts(Start.AddDays(40), null, new CollectionOptions());

        var accuracy = SeriesNeeds.Of("all", Planned("Accuracy"), checkpoint, isLeader: true, facts);
        var drift = SeriesNeeds.Of("all", Planned("targetDrift"), checkpoint, isLeader: true, facts);

        Assert.Equal((TimeSpan.FromDays(5), 35 * 24), (accuracy.Gap, accuracy.Windows.Count));
        Assert.Equal((48, (35 * 24) - 48), (drift.Windows.Count, drift.Later.Count));
        Assert.Equal(Start.AddDays(40) - Hour, drift.Windows.Max);
    }

    // K15
    [Fact]
    public void A_look_back_shorter_than_a_bucket_looks_at_the_newest_one()
    {
        var checkpoint = new SeriesCheckpoint { ReadFrom = Start.AddDays(-7), LookedAt = Start };
        checkpoint.MarkPublished(new MetricWindow(Start.AddDays(-1), Start, 0.9, 10));
        var planned = new PlannedSeries(new("Accuracy", TimeSpan.FromDays(1)), MetricCatalogue.Find("Accuracy"), [], false, 1);

        var need = SeriesNeeds.Of("all", planned, checkpoint, isLeader: true, new(Start.AddHours(5), null, new CollectionOptions { LookBack = Hour }));

        Assert.Equal([Start.AddDays(-1)], need.Windows);
    }

    // F9
    [Fact]
    public void A_model_answers_from_the_one_before_it_on()
    {
        var first = ModelTimeline.Empty.With(Of("a", null), Start, Start);
        var same = first.With(Of("a", null), Start, Start.AddHours(5));
        var exact = same.With(Of("b", Start.AddHours(8.5)), Start.AddHours(8), Start.AddHours(9));
        var unsure = same.With(Of("b", null), Start.AddHours(8), Start.AddHours(9));

        Assert.Equal(["a"], exact.Of(Start.AddHours(7), Start.AddHours(8)));
        Assert.Equal(["a", "b"], exact.Of(Start.AddHours(8), Start.AddHours(9)));
        Assert.Equal(["b"], exact.Of(Start.AddHours(9), Start.AddHours(10)));
        Assert.Equal(["a", "b"], unsure.Of(Start.AddHours(8), Start.AddHours(9)));
        Assert.Equal(["b"], unsure.Of(Start.AddHours(9), Start.AddHours(10)));
        Assert.Equal(exact.ToString(), ModelTimeline.Parse(exact.ToString()).ToString());
        Assert.Equal([null], ModelTimeline.Empty.Of(Start, Start.AddHours(1)));

        Deployment Of(string model, DateTimeOffset? since) => new("d", "d") { ModelId = model, ModelSince = since };
    }

    // C9
    [Theory]
    [InlineData("accuracy", "Accuracy")]
    [InlineData("Acuracy", "Accuracy")]
    [InlineData("responsetime", "responseTime")]
    [InlineData("Cost per call", null)]
    public void What_may_have_been_meant_is_found(string name, string? meant) =>
        Assert.Equal(meant, NearestName.Of(name, MetricCatalogue.Known.Select(metric => metric.Name)));

    // K19
    [Theory]
    [InlineData("featureDrift/*", true)]
    [InlineData("featureDrift*", true)]
    [InlineData("*Drift*", true)]
    [InlineData("f?atureDrift/age", true)]
    [InlineData("*", true)]
    [InlineData("A*", false)]
    [InlineData("featureDrift", false)]
    [InlineData("featureDrift?max", true)]
    [InlineData("featureDrif?", false)]
    public void Every_pattern_that_can_mean_a_feature_is_known_to(string pattern, bool can) =>
        Assert.Equal(can, new Glob(pattern).CanMatch(MetricNames.FeatureDriftPrefix));

    private static SeriesNeed Need(string text)
    {
        var parts = text.Split(' ');
        var windows = Enumerable.Range(0, int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)).Select(hour => Start - (Hour * (hour + 1)));
        return new("all", Planned(parts[0]), [.. windows]);
    }

    private static PlannedSeries Planned(string metric) => new(new(metric, Hour), MetricCatalogue.Find(metric), [], false, 1);
}

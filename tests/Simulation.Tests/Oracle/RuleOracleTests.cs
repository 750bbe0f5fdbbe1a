using MetricsAlerts.Metrics;
using Simulation.Oracle;
using Simulation.World;

namespace Simulation.Tests.Oracle;

public sealed class RuleOracleTests
{
    private static readonly Judged Warning = new(true);
    private static readonly Judged Critical = new(true, IsCritical: true);

    private static readonly RuleSpec TwoLevels = new("r1", World.Metrics.Accuracy, RuleKind.Below) { Warning = 0.85, Critical = 0.8 };

    [Fact]
    public void A_rule_of_two_levels_opens_escalates_and_closes()
    {
        Assert.Equal(Judged.Closed, Judge(TwoLevels, 0.9, 0.86));
        Assert.Equal(Warning, Judge(TwoLevels, 0.9, 0.84));
        Assert.Equal(Critical, Judge(TwoLevels, 0.9, 0.84, 0.7));
        Assert.Equal(Warning, Judge(TwoLevels, 0.9, 0.7, 0.84));
        Assert.Equal(Judged.Closed, Judge(TwoLevels, 0.9, 0.7, 0.9));
    }

    [Fact]
    public void It_recovers_only_past_its_recover_level()
    {
        var rule = TwoLevels with { Recover = 0.87 };

        Assert.Equal(Warning, Judge(rule, 0.9, 0.84, 0.86));
        Assert.Equal(Judged.Closed, Judge(rule, 0.9, 0.84, 0.88));
        Assert.Equal(Judged.Closed, Judge(rule, 0.9, 0.86));
    }

    [Fact]
    public void Windows_are_counted_in_a_row_or_among_the_last()
    {
        var inARow = TwoLevels with { For = new(2) };
        var amongThree = TwoLevels with { For = new(2, Of: 3) };

        Assert.Equal(Judged.Closed, Judge(inARow, 0.84, 0.9, 0.84));
        Assert.Equal(Warning, Judge(inARow, 0.9, 0.84, 0.84));
        Assert.Equal(Warning, Judge(amongThree, 0.84, 0.9, 0.84));
        Assert.Equal(Judged.Closed, Judge(amongThree, 0.84, 0.9, 0.9, 0.84));
    }

    [Fact]
    public void Missing_values_open_an_alert_that_the_first_value_closes()
    {
        var rule = TwoLevels with { NoData = "alert", For = new(2) };

        Assert.Equal(Judged.Closed, Judge(rule, 0.9, null));
        Assert.Equal(new Judged(true, NoData: true), Judge(rule, 0.9, null, null));
        Assert.Equal(Judged.Closed, Judge(rule, 0.9, null, null, 0.9));
    }

    [Fact]
    public void Values_are_missing_for_as_long_as_a_rule_asks_for()
    {
        var rule = new RuleSpec("r1", World.Metrics.Accuracy, RuleKind.Missing) { MissingHours = 2, IsCritical = true };

        Assert.Equal(Judged.Closed, Judge(rule, 0.9, null));
        Assert.Equal(Critical, Judge(rule, 0.9, null, null));
        Assert.Equal(Judged.Closed, Judge(rule, 0.9, null, null, 0.1));
    }

    [Fact]
    public void Another_model_closes_what_the_old_one_opened()
    {
        Assert.Equal(Judged.Closed, RuleOracle.Judge(TwoLevels, [Window(0, 0.9, "m1"), Window(1, 0.7, "m1"), Window(2, 0.7, "m2")]));
        Assert.Equal(Critical, RuleOracle.Judge(TwoLevels, [Window(0, 0.9, "m1"), Window(1, 0.7, "m1"), Window(2, 0.7, "m2"), Window(3, 0.7, "m2")]));
    }

    private static Judged Judge(RuleSpec rule, params double?[] values) => RuleOracle.Judge(rule, values.Select((value, hour) => Window(hour, value, "m1")));

    private static MetricWindow Window(int hour, double? value, string model) =>
        new(Truth.StartOf(hour), Truth.StartOf(hour + 1), value, value is null ? 0 : 500) { ModelId = model };
}

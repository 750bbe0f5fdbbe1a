using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>What a model did is asked of it, whatever happens around its replacement.</summary>
public sealed class FormerModelTests : CollectingStory
{
    // A model that is not named for one tick.
    [Fact]
    public async Task A_list_that_names_no_model_for_one_tick_does_not_rewrite_the_past()
    {
        await RulesAsync("name: r, metric: rowCount, when: { below: 1 }", "name: a, metric: Accuracy, when: { below: 0.8 }");
        var start = Pipeline.Now;
        var replaced = start + (2.2 * Hour);
        Source.Window = (_, query, at) =>
        {
            var model = query.ModelId ?? "second";
            var rows = Enumerable.Range(0, 60).Count(
                minute => model == (at + TimeSpan.FromMinutes(minute) < replaced ? "first" : "second"));
            return new(at, at + Hour, rows, rows) { ModelId = model };
        };
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "first" };
        await TickAsync();
        await TicksAsync(2.2 * Hour);
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "second" };
        await TicksAsync(3 * Hour);
        var before = Published.ToDictionary();
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = null };
        await TicksAsync(TimeSpan.FromMinutes(10));
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "second" };
        await TicksAsync(3 * Hour);
        Assert.Empty(before.Where(one =>
            Published[one.Key] != one.Value).Select(one => $"{one.Key}: {one.Value.Value} -> {Published[one.Key].Value}"));
    }

    // The history of models is asked once only, and not again when that failed.
    [Theory]
    [InlineData("nothing")]
    [InlineData("hosts")]
    [InlineData("metrics")]
    [InlineData("history")]
    public async Task The_former_model_is_asked_of_although_the_first_tick_failed(string fails)
    {
        var now = Pipeline.Now;
        var replaced = now - (30 * Hour);
        Source.Models.Add(new("old", null, replaced));
        Source.Models.Add(new("new", replaced, null));
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "new", ModelSince = replaced };
        await RulesAsync("name: a, metric: \"Acc*\", instances: each, when: { below: 0.8 }");
        void Fail() => throw new MetricSourceException(MetricSourceProblem.Unavailable, "down for a moment");
        if (fails == "hosts")
            Source.OnHosts = Fail;
        else if (fails == "metrics")
            Source.OnMetrics = Fail;
        else if (fails == "history")
            Source.OnModels = Fail;
        await TickAsync();
        (Source.OnHosts, Source.OnMetrics, Source.OnModels) = (() => { }, () => { }, () => { });
        await TicksAsync(Hour);
        Assert.Contains(("all", "Accuracy", now - (100 * Hour)), Published.Keys);
    }

    // A rule added later looks back to before the model.
    [Fact]
    public async Task A_rule_added_later_reads_the_former_model_where_the_history_names_it()
    {
        var now = Pipeline.Now;
        var replaced = now - TimeSpan.FromDays(10);
        Source.Models.Add(new("old", null, replaced));
        Source.Models.Add(new("new", replaced, null));
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "new", ModelSince = replaced };
        await RulesAsync("name: a, metric: Accuracy, when: { below: 0.8 }");
        await TickAsync();
        await RulesAsync(
            "name: a, metric: Accuracy, when: { below: 0.8 }", "name: b, metric: Accuracy, bucket: 1d, for: 20d, when: { below: 0.8 }");
        await TicksAsync(Hour);
        Assert.True(Published.ContainsKey(("all", "Accuracy", now - TimeSpan.FromDays(15))) || Notes.Count > 0, "neither read nor noted");
    }

    // Statistics of the former model are refused (it was deleted).
    [Theory]
    [InlineData(MetricSourceProblem.Forbidden)]
    [InlineData(MetricSourceProblem.Invalid)]
    [InlineData(MetricSourceProblem.NotFound)]
    [InlineData(null)]
    public async Task A_former_model_that_is_refused_does_not_stop_the_reading_of_the_present_one(MetricSourceProblem? problem)
    {
        await RulesAsync("name: a, metric: Accuracy, when: { below: 0.8 }", "name: r, metric: rowCount, when: { below: 1 }");
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "old" };
        await TickAsync();
        await TicksAsync(2.4 * Hour);
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "new", ModelSince = Pipeline.Now };
        await TicksAsync(3 * Hour);
        Source.OnRead = (_, query) =>
        {
            if (query.ModelId == "old" && problem is { } what)
                throw new MetricSourceException(what, "there is no such model");
        };
        var from = Pipeline.Now;
        await TicksAsync(TimeSpan.FromHours(72), Hour / 2);
        Assert.Equal(
            70, Published.Count(one => one.Key.Metric == "Accuracy" && one.Key.Start >= from && one.Key.Start < from + (70 * Hour)));
    }

    // Replaced twice between two ticks.
    [Theory]
    [InlineData("third", 0.8)]
    [InlineData("first", 0.8)]
    [InlineData("third", 12)]
    [InlineData("first", 12)]
    public async Task A_model_between_two_ticks_is_asked_of_or_noted(string last, double outageHours)
    {
        await RulesAsync("name: r, metric: rowCount, when: { below: 1 }");
        var start = Pipeline.Now;
        var (second, third) = (start + (2.2 * Hour), start + ((2.1 + outageHours) * Hour));
        Source.Models.AddRange([new("first", null, second), new("second", second, third), new(last, third, null)]);
        Source.Window = (_, query, at) =>
        {
            var model = query.ModelId ?? Source.Deployments[0].ModelId;
            var rows = Enumerable.Range(0, 60).Count(minute => at + TimeSpan.FromMinutes(minute) is var time &&
                model == (time < second ? "first" : time < third ? "second" : last));
            return new(at, at + Hour, rows, rows) { ModelId = model };
        };
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "first", LastPrediction = start.AddDays(1) };
        await TickAsync();
        await TicksAsync(2 * Hour);
        Pipeline.Time.Advance((outageHours + 0.2) * Hour);
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = last, ModelSince = third };
        await TicksAsync(20 * Hour);
        var wrong = Published.Where(one => one.Key.Start >= start && one.Value.Value != 60).Select(
            one => $"{one.Key.Start:dd HH}: {one.Value.Value}").ToList();
        Assert.True(wrong.Count == 0 || Notes.Count > 0, string.Join("; ", wrong));
    }

    // A window within which the former model came back belongs to the last one.
    [Fact]
    public async Task An_hour_with_first_second_first_belongs_to_the_first()
    {
        await RulesAsync("name: a, metric: Accuracy, when: { below: 0.8 }");
        Source.Window = (_, query, start) =>
            new(start, start + Hour, query.ModelId == "second" ? 0.1 : 0.9, 30) { ModelId = query.ModelId };
        var at = Pipeline.Now;
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "first" };
        await TickAsync();
        await TicksAsync(TimeSpan.FromMinutes(10));
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "second", ModelSince = Pipeline.Now };
        await TicksAsync(TimeSpan.FromMinutes(10));
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "first", ModelSince = Pipeline.Now };
        await TicksAsync(3 * Hour);
        Assert.Equal(("first", 0.9), (Published[("all", "Accuracy", at)].ModelId, Published[("all", "Accuracy", at)].Value));
    }

    // The new model has what the old had not.
    [Fact]
    public async Task A_feature_that_only_the_new_model_has_is_read()
    {
        await RulesAsync(
            "name: a, metric: MAD, when: { above: 0.8 }", "name: d, metric: \"featureDrift:x\", for: 12h, when: { above: 0.8 }");
        Source.IsLacking = query => query.ModelId == "old";
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "old" };
        await TickAsync();
        await TicksAsync(2.4 * Hour);
        Source.Deployments[0] = Source.Deployments[0] with { ModelId = "new", ModelSince = Pipeline.Now };
        await TicksAsync(6 * Hour);
        Assert.Equal(
            "MAD, featureDrift:x", string.Join(", ", Published.Keys.Select(key => key.Metric).Distinct().Order(StringComparer.Ordinal)));
    }
}

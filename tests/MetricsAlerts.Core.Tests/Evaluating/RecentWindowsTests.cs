using CsCheck;
using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Evaluating;

/// <summary>Most batches are evaluated without the earlier windows: nobody may be able to tell.</summary>
public sealed class RecentWindowsTests
{
    private static readonly Deployment Deployment = new("d1", "credit-risk");

    private static readonly string[] Rules =
    [
        "- { name: low, metric: Accuracy, when: { below: 0.5 }, for: 2 windows, recoverAfter: 2 windows, remindEvery: 6h }",
        "- { name: often, metric: Accuracy, when: { below: { warning: 0.6, critical: 0.3 } }, for: 3 of 5 windows }",
        "- { name: quiet, metric: rowCount, when: { missingFor: 3h } }",
        "- { name: worse, metric: Accuracy, when: { worsensBy: 0.3, versus: sameHourYesterday } }",
        "- { name: high, metric: rowCount, when: { above: -0.5 }, for: 60 windows }",
        "- { name: both, metric: Accuracy, when: { all: [{ above: 0.3 }, { metric: rowCount, above: 0.2 }] }, for: 30 windows }",
        "- { name: week, metric: rowCount, when: { worsensBy: 0.3, versus: sameHourLastWeek, better: higher } }",
    ];

    private static readonly Gen<int> Quick = Gen.Int[1, (1 << 4) - 1];
    private static readonly Gen<int> Patient = Gen.Int[1, (1 << 5) - 1];
    private static readonly Gen<int> Any = Gen.Int[1, (1 << 7) - 1];

    /// <summary>
    /// Windows that are stored apart are forgotten a little later, and a rule that changes is evaluated on all that are there. So either rules change and nothing is
    /// forgotten, or they stay; and what is revised is never older than what both still know.
    /// </summary>
    private static readonly Gen<Case> Cases = Gen.Frequency(
        (2, Draw(35 * 24, back: 40, Gen.OneOf(Patient, Any), Gen.Frequency((30, Gen.Const(0)), (1, Gen.OneOf(Patient, Any))))),
        (2, Draw(48, back: 40, Gen.OneOf(Patient, Any), Gen.Const(0))),
        (1, Draw(20, back: 19, Quick, Gen.Const(0))));

    [Fact]
    public void Alerts_and_what_is_kept_are_the_same_as_with_all_windows_at_hand()
    {
        var (ofRecent, ofWhole) = (0, 0);
        Cases.Check(200, one =>
        {
            var whole = new Evaluation(one.Reach, isAlwaysWhole: true);
            var apart = new Evaluation(one.Reach, isAlwaysWhole: false);
            var windows = new Arrivals(new(one.Seed), one.RowCountsBefore);
            var rules = RulesOf(one.Rules, one.Seed);
            foreach (var step in one.Steps)
            {
                rules = step.NewRules > 0 ? RulesOf(step.NewRules, one.Seed + step.NewRules) : rules;
                var batch = windows.Next(step);
                whole.Take(rules, batch);
                apart.Take(rules, batch);
                Assert.Equal(whole.Alerts, apart.Alerts);
            }

            Interlocked.Add(ref ofRecent, apart.OfRecent);
            Interlocked.Add(ref ofWhole, apart.OfWhole);
            Assert.Equal(whole.State, apart.State);
            return true;
        });
        Assert.True(ofRecent > 1000 && ofWhole > 200, $"{ofRecent} batches were evaluated on recent windows, {ofWhole} on whole instances.");
    }

    [Fact]
    public void An_instance_of_a_later_format_is_refused()
    {
        var exception = Assert.Throws<InvalidDataException>(() => InstanceFormat.Read([9, 0], earlier: null, new("d1", "all")));

        Assert.Contains("d1/all has format version 9", exception.Message, StringComparison.Ordinal);
    }

    private static Gen<Case> Draw(int reach, int back, Gen<int> rules, Gen<int> newRules) => Gen.Select(
        rules,
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[41, 60])),
        Gen.Select(Gen.Frequency((9, Gen.Const(1)), (1, Gen.Int[1, 40])), Gen.Frequency((9, Gen.Const(0)), (1, Gen.Int[1, back])), Gen.Frequency((1, Gen.Int[0, 1]), (3, Gen.Const(2))), newRules)
            .Select((hours, revised, metric, chosen) => new Step(hours, revised, metric, chosen)).Array[1, 200],
        Gen.Int[0, 1 << 20]).Select((chosen, before, steps, seed) => new Case(TimeSpan.FromHours(reach), chosen, before, steps, seed));

    /// <summary>The chosen rules; two of them are written in two ways.</summary>
    private static RuleSet RulesOf(int chosen, int way)
    {
        var yaml = "rules:\n" + string.Join('\n', Rules.Where((_, index) => (chosen & (1 << index)) != 0));
        if (way % 2 == 0)
            yaml = yaml.Replace("below: 0.5", "below: 0.95", StringComparison.Ordinal).Replace("above: -0.5", "above: -0.6", StringComparison.Ordinal);
        var file = RuleFile.Parse(yaml, "rules.yaml");
        Assert.Empty(file.Diagnostics);
        return new(file.Rules, [], []);
    }

    /// <summary>A batch to come.</summary>
    /// <param name="Hours">How many new windows it brings.</param>
    /// <param name="Back">How far back another window lies that it revises; 0 for none. When even, it comes alone.</param>
    /// <param name="Metric">0 for <c>Accuracy</c>, 1 for <c>rowCount</c>, 2 for both.</param>
    /// <param name="NewRules">The rules from here on; 0 when they stay.</param>
    private sealed record Step(int Hours, int Back, int Metric, int NewRules);

    private sealed record Case(TimeSpan Reach, int Rules, int RowCountsBefore, Step[] Steps, int Seed);

    private sealed class Arrivals
    {
        private readonly Random _random;
        private readonly double _level;
        private readonly Dictionary<string, int> _next = new() { ["Accuracy"] = 0, ["rowCount"] = 0 };
        private int _rowCountsBefore;

        public Arrivals(Random random, int rowCountsBefore) =>
            (_random, _rowCountsBefore, _level) = (random, rowCountsBefore, random.Next(3) == 0 ? 0.4 : 0.9);

        public IReadOnlyList<SeriesWindows> Next(Step step)
        {
            if (_rowCountsBefore > 0)
            {
                step = new(_rowCountsBefore, 0, 1, 0);
                _rowCountsBefore = 0;
            }

            string[] metrics = step.Metric switch { 0 => ["Accuracy"], 1 => ["rowCount"], _ => ["Accuracy", "rowCount"] };
            return [.. metrics.Select(metric => new SeriesWindows(metric, Story.Hour, [.. Hours(metric, step).Select(Window)]))];
        }

        private List<int> Hours(string metric, Step step)
        {
            var isRevised = step.Back > 0 && _next[metric] >= step.Back;
            var hours = isRevised && step.Back % 2 == 0 ? [] : Enumerable.Range(_next[metric], step.Hours).ToList();
            if (isRevised)
                hours.Insert(0, _next[metric] - step.Back);
            _next[metric] = Math.Max(_next[metric], hours[^1] + 1);
            return hours;
        }

        private MetricWindow Window(int hour)
        {
            var value = _random.Next(8) == 0 ? _random.Next(12) / 10.0 : _level;
            return new(Story.Start + (Story.Hour * hour), Story.Start + (Story.Hour * (hour + 1)), value > 1 ? null : value, 100) { ModelId = hour < 50 ? "m1" : "m2" };
        }
    }

    private sealed class Evaluation(TimeSpan reach, bool isAlwaysWhole)
    {
        private byte[] _recent = [];
        private byte[] _earlier = [];
        private readonly Dictionary<string, Alert> _alerts = [];

        /// <summary>Every alert that there ever was, with its evidence, as it would be told.</summary>
        public IEnumerable<(Alert, string)> Alerts => _alerts.OrderBy(alert => alert.Key, StringComparer.Ordinal)
            .Select(alert => (alert.Value with { Evidence = alert.Value.Evidence with { Recent = [] } }, string.Join(' ', alert.Value.Evidence.Recent)));

        public int OfRecent { get; private set; }

        public int OfWhole { get; private set; }

        /// <summary>What matters of a state: the current state of each rule.</summary>
        public string State => string.Join('\n', Read(whole: true).Series.OrderBy(series => series.Name.Metric, StringComparer.Ordinal).SelectMany(series => series.Rules.Select(rule =>
            $"{series.Name.Metric} {series.History.Windows[^1]} {rule.Rule} {rule.Current.Phase} {rule.Current.Severity} {rule.Current.EpisodeStart} {rule.Current.BreachWarning}")));

        public void Take(RuleSet rules, IReadOnlyList<SeriesWindows> windows)
        {
            var instance = Read(isAlwaysWhole);
            if (!RecentWindows.Suffice(rules, Deployment, instance, windows))
                instance = Read(whole: true);
            new InstanceEvaluator(rules, Deployment, instance, reach, DateTimeOffset.MinValue).Evaluate(windows, reading: 0);
            foreach (var series in instance.Series)
            {
                foreach (var state in series.Rules)
                    Project(rules.FindEnabled(state.Rule)!, series, state);
            }

            OfRecent += instance.IsWhole ? 0 : 1;
            OfWhole += instance.IsWhole ? 1 : 0;
            Write(instance);
        }

        private void Project(CompiledRule rule, SeriesState series, RuleState state)
        {
            var key = new AlertKey(rule.Rule.Name, "d1", "all", series.Name.Metric, series.Name.Bucket);
            if (AlertProjection.Of(key, rule, Deployment, series, state, _alerts.GetValueOrDefault(key.Id)) is { } alert)
                _alerts[key.Id] = alert;
        }

        private InstanceState Read(bool whole)
        {
            var instance = new InstanceState("d1", "all");
            if (_recent.Length > 0)
                InstanceFormat.Read(_recent, whole ? _earlier : null, instance);
            return instance;
        }

        private void Write(InstanceState instance)
        {
            if (instance.IsWhole && !isAlwaysWhole)
                RecentWindows.PutApart(instance);
            _recent = InstanceFormat.WriteRecent(instance);
            if (instance.IsWhole)
                _earlier = InstanceFormat.WriteEarlier(instance);
        }
    }
}

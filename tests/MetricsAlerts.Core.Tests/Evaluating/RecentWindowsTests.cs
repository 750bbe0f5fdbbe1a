using CsCheck;
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
        "- { name: worse, metric: Accuracy, when: { worsensBy: 30%, versus: previous } }",
        "- { name: both, metric: Accuracy, when: { all: [{ below: 0.6 }, { metric: rowCount, above: 0.2 }] } }",
        "- { name: quiet, metric: rowCount, when: { missingFor: 3h } }",
    ];

    /// <summary>Which rules there are, then batches: how many hours they bring, what goes back to be revised, and whether the rules change before.</summary>
    private static readonly Gen<(int Rules, (int Hours, int Back, int Metric, int NewRules)[] Batches, int Seed)> Cases = Gen.Select(
        Gen.Int[1, (1 << 5) - 1],
        Gen.Select(Gen.OneOf(Gen.Const(1), Gen.Int[1, 30]), Gen.Int[0, 40], Gen.Int[0, 5], Gen.Int[0, 200]).Array[1, 60],
        Gen.Int);

    [Fact]
    public void What_is_told_and_kept_is_the_same_as_with_all_windows_at_hand()
    {
        var (ofRecent, ofWhole) = (0, 0);
        Cases.Check(1500, one =>
        {
            var whole = new Evaluation(isAlwaysWhole: true);
            var apart = new Evaluation(isAlwaysWhole: false);
            var random = new Random(one.Seed);
            var next = 0;
            var rules = RulesOf(one.Rules);
            foreach (var (hours, back, metric, newRules) in one.Batches)
            {
                rules = newRules is > 0 and < 32 ? RulesOf(newRules) : rules;
                var batch = Batch(random, ref next, hours, back, metric);
                whole.Take(rules, batch);
                apart.Take(rules, batch);
                Assert.Equal(whole.Told, apart.Told);
            }

            Interlocked.Add(ref ofRecent, apart.OfRecent);
            Interlocked.Add(ref ofWhole, apart.OfWhole);
            Assert.Equal(whole.State, apart.State);
            return true;
        });
        Assert.True(ofRecent > 1000 && ofWhole > 1000, $"{ofRecent} batches were evaluated on recent windows, {ofWhole} on whole partitions.");
    }

    [Fact]
    public void A_partition_that_was_written_before_windows_were_put_apart_is_read()
    {
        var story = new Story("when: { below: 0.5 }, for: 2 windows").Windows(0.9, 0.4, 0.4);
        var written = PartitionFormat.WriteRecent(story.Partition);

        // Version 1 had no time from which on windows are recent: after the version, the count, the name, the bucket, the count of late windows and the settled time.
        var at = 1 + 1 + (1 + "Accuracy".Length) + sizeof(long) + 1 + sizeof(long);
        var read = new SeriesPartition("d1", "all");
        PartitionFormat.Read([1, .. written[1..at], .. written[(at + sizeof(long))..]], earlier: null, read);

        Assert.True(read.IsWhole);
        Assert.Equal(written, PartitionFormat.WriteRecent(read));
    }

    [Fact]
    public void A_partition_of_a_later_version_is_refused()
    {
        var exception = Assert.Throws<InvalidDataException>(() => PartitionFormat.Read([9, 0], earlier: null, new("d1", "all")));

        Assert.Contains("d1/all has format version 9", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>New windows of one metric or both; now and then one of the last ones comes again, or with another value.</summary>
    private static MetricBatch Batch(Random random, ref int next, int hours, int back, int metric)
    {
        var starts = Enumerable.Range(next, hours).ToList();
        if (back is > 0 and < 20 && next > back)
            starts.Insert(0, next - back);
        next += hours;
        List<SeriesWindows> series = [];
        foreach (var name in metric switch { 0 => ["Accuracy"], 1 => ["rowCount"], _ => (string[])["Accuracy", "rowCount"] })
            series.Add(new(name, Story.Hour, [.. starts.Select(hour => Window(hour, random.Next(12)))]));
        return new(Deployment, "all", series);
    }

    private static MetricWindow Window(int hour, int tenths) =>
        new(Story.Start + (Story.Hour * hour), Story.Start + (Story.Hour * (hour + 1)), tenths > 10 ? null : tenths / 10.0, 100) { ModelId = hour < 50 ? "m1" : "m2" };

    private static RuleSet RulesOf(int chosen)
    {
        var file = RuleFile.Parse("rules:\n" + string.Join('\n', Rules.Where((_, index) => (chosen & (1 << index)) != 0)), "rules.yaml");
        Assert.Empty(file.Diagnostics);
        return new(file.Rules, [], []);
    }

    private sealed class Evaluation(bool isAlwaysWhole)
    {
        private byte[] _recent = [];
        private byte[] _earlier = [];

        public List<string> Told { get; } = [];

        public int OfRecent { get; private set; }

        public int OfWhole { get; private set; }

        /// <summary>What matters of a state: the current state of each rule, and what people were told.</summary>
        public string State => string.Join('\n', Read(whole: true).Series.OrderBy(series => series.Name.Metric, StringComparer.Ordinal).SelectMany(series => series.Rules.Select(rule =>
            $"{series.Name.Metric} {series.History.Windows[^1]} {rule.Rule} {rule.Current.Phase} {rule.Current.Severity} {rule.Current.EpisodeStart} {rule.Current.BreachWarning} {rule.Announced}")));

        public void Take(RuleSet rules, MetricBatch batch)
        {
            var partition = Read(isAlwaysWhole);
            var evaluation = new PartitionEvaluation(rules, partition, TimeSpan.FromDays(2));
            var suffices = RecentWindows.Suffice(rules, partition, batch);
            if (suffices)
                evaluation.Evaluate(batch);
            if (!suffices || (evaluation.Transitions.Count > 0 && !partition.IsWhole))
            {
                evaluation = new(rules, partition = Read(whole: true), TimeSpan.FromDays(2));
                evaluation.Evaluate(batch);
            }

            Told.AddRange(evaluation.Transitions.Select(transition => $"{transition.EventId} {transition.Transition} {transition.Reason} {string.Join(' ', transition.Recent)}"));
            OfRecent += partition.IsWhole ? 0 : 1;
            OfWhole += partition.IsWhole ? 1 : 0;
            Write(partition);
        }

        private SeriesPartition Read(bool whole)
        {
            var partition = new SeriesPartition("d1", "all");
            if (_recent.Length > 0)
                PartitionFormat.Read(_recent, whole ? _earlier : null, partition);
            return partition;
        }

        private void Write(SeriesPartition partition)
        {
            if (partition.IsWhole && !isAlwaysWhole)
                RecentWindows.PutApart(partition);
            _recent = PartitionFormat.WriteRecent(partition);
            if (partition.IsWhole)
                _earlier = PartitionFormat.WriteEarlier(partition);
        }
    }
}

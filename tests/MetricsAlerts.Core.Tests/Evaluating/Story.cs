using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Evaluating;

/// <summary>Tells an evaluation as a story: rules, then windows as they arrive, then what was told.</summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly TimeSpan Reach = TimeSpan.FromDays(7);
    private static readonly Deployment Deployment = new("d1", "credit-risk") { Importance = "HIGH" };

    private readonly string _metric;
    private RuleSet _rules = RuleSet.Empty;
    private SeriesPartition _partition = new("d1", "all");
    private int _next;

    public Story(string rule, string metric = "Accuracy")
    {
        _metric = metric;
        Rules(rule);
    }

    public List<AlertTransition> Told { get; } = [];

    public string Model { get; set; } = "m1";

    public long Rows { get; set; } = 500;

    /// <summary>What was told, such as <c>7 Fired critical, 9 Resolved recovered</c>: number of the newest window, transition, then severity or reason.</summary>
    public string Transitions => string.Join(", ", Told.Select(transition =>
        $"{(int)((transition.WindowStart - Start) / Hour) + 1} {transition.Transition} {(transition.Transition == Transition.Resolved ? transition.Reason : transition.Severity.ToString().ToLowerInvariant())}"));

    public AlertPhase Phase => State?.Current.Phase ?? AlertPhase.Inactive;

    public RuleState? State => _partition.Find(new(_metric, Hour))?.Rules.SingleOrDefault();

    public SeriesPartition Partition => _partition;

    /// <summary>Replaces the rules; keys of one rule in flow notation, or an empty text for none.</summary>
    public Story Rules(string rule)
    {
        var file = RuleFile.Parse(rule.Length == 0 ? "rules: []" : $"rules:\n- {{ name: r, metric: {_metric}, {rule} }}", "story.yaml");
        Assert.Empty(file.Diagnostics);
        _rules = new(file.Rules, [], []);
        return this;
    }

    /// <summary>The next windows arrive one by one.</summary>
    public Story Windows(params double?[] values)
    {
        foreach (var value in values)
            Arrive(_next++, value);
        return this;
    }

    /// <summary>Time passes without a window.</summary>
    public Story Gap()
    {
        _next++;
        return this;
    }

    /// <summary>A window (from 1) arrives, again or late.</summary>
    public Story Revise(int window, double? value) => Arrive(window - 1, value);

    /// <summary>All windows in one batch that is history.</summary>
    public Story BackFill(params double?[] values) =>
        Take(new(Deployment, "all", [new(_metric, Hour, [.. values.Select(value => Window(_next++, value))])]) { History = true });

    public Story DeploymentGone() => Take(new(Deployment, "all", []) { DeploymentGone = true });

    /// <summary>The state goes to storage and back, as between any two messages.</summary>
    public Story Store()
    {
        var read = new SeriesPartition(_partition.DeploymentId, _partition.Instance);
        RecentWindows.PutApart(_partition);
        PartitionFormat.Read(PartitionFormat.WriteRecent(_partition), PartitionFormat.WriteEarlier(_partition), read);
        _partition = read;
        return this;
    }

    public Story Arrive(int index, double? value) => Take(new(Deployment, "all", [new(_metric, Hour, [Window(index, value)])]));

    private MetricWindow Window(int index, double? value) =>
        new(Start + (Hour * index), Start + (Hour * (index + 1)), value, value is null ? 0 : Rows) { ModelId = Model };

    private Story Take(InstanceBatch batch)
    {
        Store();
        var evaluation = new PartitionEvaluator(_rules, _partition, Reach);
        evaluation.Evaluate(batch);
        Told.AddRange(evaluation.Transitions);
        return this;
    }
}

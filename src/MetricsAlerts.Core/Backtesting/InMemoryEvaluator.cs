using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Backtesting;

/// <summary>What one rule found in one window.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Window">The window.</param>
/// <param name="Phase">The state after it.</param>
/// <param name="Reason">Why.</param>
public sealed record Finding(string Rule, string DeploymentId, string Instance, string Metric, MetricWindow Window, AlertPhase Phase, EvaluationReason Reason);

/// <summary>Evaluates rules on windows in memory, with the very code that the pipeline runs: for tests of rules and for backtests.</summary>
public sealed class InMemoryEvaluator(RuleSet rules, TimeSpan revisionReach)
{
    private readonly Dictionary<(string Deployment, string Instance), SeriesPartition> _partitions = [];
    private readonly List<Finding> _findings = [];

    /// <summary>Everything that was found so far, in order; a revision adds what was found anew.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether findings are kept; a long backtest does without.</summary>
    public bool KeepFindings { get; init; }

    /// <summary>Evaluates a batch and answers its transitions.</summary>
    public IReadOnlyList<AlertTransition> Take(InstanceBatch batch)
    {
        var key = (batch.Deployment.Id, batch.Instance);
        if (!_partitions.TryGetValue(key, out var partition))
            _partitions[key] = partition = new(batch.Deployment.Id, batch.Instance);
        var evaluation = new PartitionEvaluator(rules, partition, revisionReach)
        {
            Observer = !KeepFindings ? null : (series, state, window, step) =>
                _findings.Add(new(state.Rule, partition.DeploymentId, partition.Instance, series.Name.Metric, window, state.Current.Phase, step.Reason)),
        };
        evaluation.Evaluate(batch);
        return evaluation.Transitions;
    }

    /// <summary>The state of a rule on a series; inactive when it was never evaluated.</summary>
    public AlertPhase StateOf(string rule, string deploymentId, string instance, SeriesName series) =>
        _partitions.GetValueOrDefault((deploymentId, instance))?.Find(series)?.Rules.Find(state => state.Rule == rule)?.Current.Phase ?? AlertPhase.Inactive;
}

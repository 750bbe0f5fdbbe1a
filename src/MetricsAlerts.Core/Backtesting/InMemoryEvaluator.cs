using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Routing;
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
public sealed record Finding(
    string Rule,
    string DeploymentId,
    string Instance,
    string Metric,
    MetricWindow Window,
    AlertPhase Phase,
    EvaluationReason Reason);

/// <summary>
/// Evaluates rules on windows in memory, with the very code that the pipeline runs: for tests of rules and for backtests. What it
/// returns is what a reader would be told who hears of every window at once.
/// </summary>
public sealed class InMemoryEvaluator(RuleSet rules, TimeSpan revisionReach)
{
    private readonly Dictionary<(string Deployment, string Instance), InstanceState> _instances = [];
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Notified> _readers = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];

    /// <summary>Everything that was found so far, in order; a revision adds what was found anew.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether findings are kept; a long backtest does without.</summary>
    public bool KeepFindings { get; init; }

    /// <summary>Evaluates windows of one instance that arrive together. Returns what is new.</summary>
    public IReadOnlyList<AlertChange> Take(Deployment deployment, string instance, IReadOnlyList<SeriesWindows> windows)
    {
        if (!_instances.TryGetValue((deployment.Id, instance), out var state))
            _instances[(deployment.Id, instance)] = state = new(deployment.Id, instance);

        // The rules stay as they are: the time, after which windows are forgotten that no rule needs, does not matter.
        new InstanceEvaluator(rules, deployment, state, revisionReach, DateTimeOffset.MinValue)
        {
            Observer = !KeepFindings ? null : (series, rule, window, step) =>
                _findings.Add(new(rule.Rule, deployment.Id, instance, series.Name.Metric, window, rule.Current.Phase, step.Reason)),
        }.Evaluate(windows, reading: 0);

        var changes = new List<AlertChange>();
        foreach (var series in state.Series)
        {
            foreach (var rule in series.Rules)
            {
                var key = new AlertKey(rule.Rule, deployment.Id, instance, series.Name.Metric, series.Name.Bucket);
                if (
                    AlertProjection.Of(
                        key, rules.FindEnabled(rule.Rule)!, deployment, series, rule, _alerts.GetValueOrDefault(key.Id)) is { } alert)
                    Say(alert, changes);
            }
        }

        return changes;
    }

    /// <summary>The state of a rule on a series; inactive when it was never evaluated.</summary>
    public AlertPhase StateOf(string rule, string deploymentId, string instance, SeriesName series) =>
        _instances.GetValueOrDefault((deploymentId, instance))?.Find(series)?.Rules.Find(state => state.Rule == rule)?.Current.Phase
            ?? AlertPhase.Inactive;

    private void Say(Alert alert, List<AlertChange> changes)
    {
        _alerts[alert.Key.Id] = alert = alert with { Version = new(1, _alerts.GetValueOrDefault(alert.Key.Id)?.Version.Number + 1 ?? 1) };
        var reader = _readers.GetValueOrDefault(alert.Key.Id) ?? new(alert.Key.Id);
        var now = alert.Evidence.WindowEnd;
        if (Difference.Of(new Wanted(alert, IsRouted: true, now), reader, now) is var change && change == Change.None)
            return;
        changes.Add(new(alert, change));
        _readers[alert.Key.Id] = reader.After(changes[^1], now);
    }
}

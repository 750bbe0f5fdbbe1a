using System.Diagnostics;
using MetricsAlerts.Alerts;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// The stage Evaluate: loads a batch's partition, without its earlier windows where that is enough, folds the new windows in, evaluates every matching
/// rule, publishes the transitions, then commits the partition. A crash between the last two replays the same ids.
/// </summary>
public sealed partial class EvaluateHandler(
    RuleStore rules, ITableStore tables, AlertQueue alerts, IOptions<EvaluationOptions> options, QueueLags lags, PipelineMetrics metrics, ILogger<EvaluateHandler> logger)
    : IMessageHandler
{
    private readonly SeriesStore _store = new(tables);

    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (MessageBody.Read(message, MetricBatch.SchemaName, MetricJson.Default.MetricBatch, out var batch) is { } unreadable)
            return unreadable;
        await lags.NoteAsync(QueueDefinitions.MetricWindows, message, cancellationToken);
        using var activity = PipelineMetrics.Source.StartActivity("evaluate", ActivityKind.Consumer, message.TraceParent);
        foreach (var instance in InstanceBatch.Of(batch))
            await EvaluateAsync(instance, cancellationToken);
        return Settlement.Complete;
    }

    private async Task EvaluateAsync(InstanceBatch batch, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var evaluated = await EvaluateRecentAsync(ruleSet, batch, cancellationToken) ?? await EvaluateWholeAsync(ruleSet, batch, cancellationToken);
        if (!evaluated.IsChanged)
            return;

        await PublishAsync(ruleSet, batch.Deployment, evaluated.Transitions, cancellationToken);
        await _store.SaveAsync(evaluated.Loaded, cancellationToken);
        metrics.WindowsEvaluated.Add(batch.Series.Sum(series => series.Windows.Count));
    }

    /// <summary>Answers null when it takes the earlier windows as well.</summary>
    private async Task<Evaluated?> EvaluateRecentAsync(RuleSet ruleSet, InstanceBatch batch, CancellationToken cancellationToken)
    {
        if (!RecentWindows.MaySuffice(batch))
            return null;
        var loaded = await _store.LoadRecentAsync(batch.Deployment.Id, batch.Instance, cancellationToken);
        if (!RecentWindows.Suffice(ruleSet, loaded.Partition, batch))
            return null;
        var evaluated = Evaluate(ruleSet, loaded, batch);

        // What is told may show windows from before the recent ones.
        return evaluated.Transitions.Count == 0 || loaded.Partition.IsWhole ? evaluated : null;
    }

    private async Task<Evaluated> EvaluateWholeAsync(RuleSet ruleSet, InstanceBatch batch, CancellationToken cancellationToken) =>
        Evaluate(ruleSet, await _store.LoadWholeAsync(batch.Deployment.Id, batch.Instance, cancellationToken), batch);

    private Evaluated Evaluate(RuleSet ruleSet, SeriesStore.Loaded loaded, InstanceBatch batch)
    {
        var evaluation = new PartitionEvaluator(ruleSet, loaded.Partition, options.Value.RevisionReach);
        return new(loaded, evaluation.Evaluate(batch), evaluation.Transitions);
    }

    private async Task PublishAsync(
        RuleSet ruleSet, Deployment deployment, IReadOnlyList<AlertTransition> transitions, CancellationToken cancellationToken)
    {
        if (transitions.Count == 0)
            return;
        var messages = new List<AlertMessage>(transitions.Count);
        foreach (var transition in transitions)
        {
            Log.Transition(logger, transition.Rule, deployment.Id, transition.Instance, transition.Metric, transition.Transition, transition.Severity, transition.Reason);
            metrics.Transitions.Add(1, new KeyValuePair<string, object?>("transition", transition.Transition.ToString()));
            var facts = ruleSet.Find(transition.Rule) is { } rule
                ? RuleFactsOf.Rule(rule, transition.Metric, transition.Severity)
                : RuleFactsOf.Removed(transition.Rule);
            messages.Add(new(transition, deployment, facts));
        }

        await alerts.SendAsync(messages, cancellationToken);
    }

    private sealed record Evaluated(SeriesStore.Loaded Loaded, bool IsChanged, IReadOnlyList<AlertTransition> Transitions);

    private static partial class Log
    {
        [LoggerMessage(EventId = 301, Level = LogLevel.Information, Message = "{Rule} on {DeploymentId}/{Instance} {Metric}: {Transition} ({Severity}), {Reason}")]
        public static partial void Transition(
            ILogger logger, string rule, string deploymentId, string instance, string metric, Transition transition, Severity severity, string reason);
    }
}

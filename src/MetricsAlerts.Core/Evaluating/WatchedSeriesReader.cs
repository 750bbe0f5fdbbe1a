using System.Runtime.CompilerServices;
using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Evaluating;

/// <summary>Reads how every series stands: its newest windows and the state of the rules on it, as Evaluate left them.</summary>
public sealed class WatchedSeriesReader(ITableStore tables, KnownDeployments known, RuleStore rules)
{
    private readonly DeploymentStore _deployments = new(tables);

    /// <summary>Every series of every deployment, in the order of the deployments' ids.</summary>
    public async IAsyncEnumerable<WatchedSeries> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ids = (await known.ListAsync(cancellationToken)).Keys.Append(PipelineDeployment.Id).Distinct(StringComparer.Ordinal);
        foreach (var id in ids.Order(StringComparer.Ordinal))
        {
            foreach (var series in await ListAsync(id, cancellationToken))
                yield return series;
        }
    }

    /// <summary>Every series of a deployment; none when it is not known.</summary>
    public async Task<IReadOnlyList<WatchedSeries>> ListAsync(string deploymentId, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var partition = await _deployments.ReadAsync(
            deploymentId, withEarlier: false, instance: null, cancellationToken);
        return partition.Head.Deployment is { } deployment
            ? [.. partition.Instances.Values.SelectMany(instance => WatchedSeries.Of(deployment, instance.State!, ruleSet))]
            : [];
    }
}

/// <summary>How a series stands.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Instance">The prediction server host, or <c>all</c>.</param>
/// <param name="Series">The metric, and the length of its windows.</param>
/// <param name="Newest">The newest window that has a value; null when none of those that are kept has.</param>
/// <param name="Rules">The enabled rules on it.</param>
public sealed record WatchedSeries(
    Deployment Deployment, string Instance, SeriesName Series, MetricWindow? Newest, IReadOnlyList<RuleStanding> Rules)
{
    internal static IEnumerable<WatchedSeries> Of(Deployment deployment, InstanceState instance, RuleSet rules) =>
        instance.Series.Select(series => new WatchedSeries(
            deployment, instance.Instance, series.Name, NewestOf(series),
            [.. series.Rules.Select(state => Standing(deployment, instance.Instance, series, state, rules)).OfType<RuleStanding>()]));

    private static RuleStanding? Standing(Deployment deployment, string instance, SeriesState series, RuleState state, RuleSet rules)
    {
        if (rules.FindEnabled(state.Rule) is not { } rule)
            return null;
        var key = new AlertKey(state.Rule, deployment.Id, instance, series.Name.Metric, series.Name.Bucket);
        return new(key, state.Current.Phase, state.Current.Severity)
        {
            Pending = state.Current.Phase == AlertPhase.Pending
                ? AlertProjection.Pending(key, rule, deployment, series, state)
                : null,
        };
    }

    private static MetricWindow? NewestOf(SeriesState series)
    {
        var windows = series.History.Windows;
        for (var index = windows.Length - 1; index >= 0; index--)
        {
            if (windows[index].Value is not null)
                return windows[index];
        }

        return null;
    }
}

/// <summary>How a rule stands on a series.</summary>
/// <param name="Key">Which rule on which series.</param>
/// <param name="Phase">Inactive, pending, firing or recovering.</param>
/// <param name="Severity">How bad it is; none unless it fires.</param>
public sealed record RuleStanding(AlertKey Key, AlertPhase Phase, Severity Severity)
{
    /// <summary>What the alert would say, while the rule is pending; else null.</summary>
    public Alert? Pending { get; init; }
}

using System.Collections.Concurrent;
using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Viewing;

/// <summary>
/// Reads what the pipeline keeps of every deployment, for people to look at. However many look, alerts are read at most once in
/// <see cref="CacheTime"/>; the series of a deployment when it was read or an alert of it has changed, else once in
/// <see cref="SeriesTime"/>.
/// </summary>
public sealed class FleetReader(
    ITableStore tables, AlertingDeployments alerting, KnownDeployments known, RuleStore rules, TimeProvider time) : IDisposable
{
    /// <summary>How long what was read is shown.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(5);

    /// <summary>How long the series of a deployment are shown of which nothing else says that they have changed.</summary>
    public static readonly TimeSpan SeriesTime = TimeSpan.FromSeconds(60);

    private const int AtOnce = 8;

    private readonly DeploymentStore _store = new(tables);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private Cached? _cached;

    /// <summary>Every deployment, with the newest window of each series, at most <see cref="CacheTime"/> old.</summary>
    public async Task<Fleet> ReadAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
            return fresh;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } meanwhile)
                return meanwhile;
            var fleet = await ReadAllAsync(cancellationToken);
            Volatile.Write(ref _cached, new(fleet, time.GetTimestamp()));
            return fleet;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>A deployment with every window that is kept; null when nothing is.</summary>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="instance">The only instance whose windows are wanted; null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<DeploymentView?> FindAsync(string deploymentId, string? instance, CancellationToken cancellationToken)
    {
        if (deploymentId.Length > TableLimits.MaxKeyLength)
            return null;
        var ruleSet = await rules.GetAsync(cancellationToken);
        var partition = await _store.ReadAsync(deploymentId, withEarlier: true, instance, cancellationToken);
        if (partition is { Head.Deployment: null, Alerts.Count: 0, Instances.Count: 0 })
            return null;
        return DeploymentView.Of(partition, new(deploymentId, deploymentId), ruleSet, int.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private Fleet? Fresh() =>
        Volatile.Read(ref _cached) is { } cached && time.GetElapsedTime(cached.At) < CacheTime ? cached.Fleet : null;

    private async Task<Fleet> ReadAllAsync(CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var ids = (await known.ListAsync(cancellationToken)).Keys.ToHashSet(StringComparer.Ordinal);
        ids.Add(PipelineDeployment.Id);
        await foreach (var deployment in alerting.ListAsync(cancellationToken))
            ids.Add(deployment.Id);
        foreach (var forgotten in _remembered.Keys.Where(id => !ids.Contains(id)))
            _remembered.TryRemove(forgotten, out _);
        var found = new ConcurrentBag<DeploymentView>();
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (id, cancellation) => found.Add(await ReadAsync(id, ruleSet, cancellation)));
        return new(time.GetUtcNow(), ruleSet, [.. found.OrderBy(one => one.Deployment.Label, StringComparer.OrdinalIgnoreCase)
            .ThenBy(one => one.Deployment.Id, StringComparer.Ordinal)]);
    }

    private async Task<DeploymentView> ReadAsync(string id, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        if (_remembered.TryGetValue(id, out var known) && time.GetElapsedTime(known.At) < SeriesTime)
        {
            var stamp = StampOf(await _store.ReadAlertsAsync(id, cancellationToken), ruleSet);
            if (stamp == known.Stamp)
                return known.View;
        }

        var at = time.GetTimestamp();
        var partition = await _store.ReadAsync(id, withEarlier: false, instance: null, cancellationToken);
        var view = DeploymentView.Of(partition, new(id, id), ruleSet, most: 1);
        _remembered[id] = new(StampOf(partition, ruleSet), at, view);
        return view;
    }

    /// <summary>Changes with every reading, and with every alert.</summary>
    private static string StampOf(DeploymentPartition partition, RuleSet ruleSet) => string.Join(
        '|',
        partition.Alerts.OrderBy(alert => alert.Key, StringComparer.Ordinal).Select(alert => alert.Value.ETag)
            .Append(partition.Head.ETag).Append(ruleSet.Version));

    private sealed record Remembered(string Stamp, long At, DeploymentView View);

    private sealed record Cached(Fleet Fleet, long At);
}

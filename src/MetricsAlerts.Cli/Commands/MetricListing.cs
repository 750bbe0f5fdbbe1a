using MetricsAlerts.Collecting;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Cli.Commands;

/// <summary>What <c>metrics list</c> is asked for.</summary>
internal sealed record MetricListingRequest(
    string Deployment, string Instance, IReadOnlyList<string> Metrics, DateTimeOffset Start, DateTimeOffset End, TimeSpan? Bucket);

/// <summary>A row of <c>metrics list</c>.</summary>
internal sealed record MetricRow(string Instance, string Metric, MetricWindow Window);

/// <summary>Reads what <c>metrics list</c> prints.</summary>
internal sealed class MetricListing(IMetricSource source, MetricListingRequest request)
{
    private readonly List<string> _notes = [];

    /// <summary>What a person should know about the rows, such as why there are no values.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public async Task<IReadOnlyList<MetricRow>> ReadAsync(CancellationToken cancellationToken)
    {
        var deployment = await FindAsync(cancellationToken);
        var instances = await InstancesAsync(deployment, cancellationToken);
        var rows = new List<MetricRow>();
        foreach (var instance in instances)
            rows.AddRange(request.Bucket is { } bucket ? await ReadOverTimeAsync(deployment, instance, bucket, cancellationToken) : await ReadSpanAsync(deployment, instance, cancellationToken));

        var accuracy = rows.Where(row => MetricCatalogue.Find(row.Metric).Family == MetricFamily.Accuracy).ToList();
        if (accuracy.TrueForAll(row => row.Window.Value is null) && (accuracy.Count > 0 || request.Metrics.Count == 0) &&
            await source.ExplainMissingAsync(deployment, "Accuracy", cancellationToken) is { } why)
        {
            _notes.Add(why);
        }

        return rows;
    }

    private async Task<Deployment> FindAsync(CancellationToken cancellationToken)
    {
        var labels = new List<string>();
        await foreach (var deployment in source.ListDeploymentsAsync(cancellationToken))
        {
            if (deployment.Id == request.Deployment || string.Equals(deployment.Label, request.Deployment, StringComparison.OrdinalIgnoreCase))
                return deployment;
            labels.Add(deployment.Label);
        }

        var known = labels.Count == 0 ? "the token's user sees no deployment at all" : $"there are {string.Join(", ", labels.Take(10).Select(label => $"'{label}'"))}{(labels.Count > 10 ? $" and {labels.Count - 10} more" : "")}";
        throw new FailedException($"There is no deployment with the id or label '{request.Deployment}'; {known}.");
    }

    private async Task<IReadOnlyList<string>> InstancesAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (request.Instance == Instances.All)
            return [Instances.All];
        var hosts = await source.ListHostsAsync(deployment, cancellationToken);
        if (hosts.Count == 0)
            _notes.Add($"Deployment '{deployment.Label}' does not tell prediction servers apart: segment analysis is off.");
        if (request.Instance == "*")
            return [Instances.All, .. hosts];
        return hosts.Contains(request.Instance)
            ? [request.Instance]
            : throw new FailedException($"Deployment '{deployment.Label}' has no instance '{request.Instance}'; there are {string.Join(", ", hosts.Prepend(Instances.All))}.");
    }

    private async Task<IEnumerable<MetricRow>> ReadSpanAsync(Deployment deployment, string instance, CancellationToken cancellationToken)
    {
        var readings = await source.ReadSpanAsync(deployment, instance, request.Start, request.End, cancellationToken);
        foreach (var unknown in request.Metrics.Where(metric => readings.All(reading => reading.Metric != metric)))
            throw new FailedException($"Deployment '{deployment.Label}' has no metric '{unknown}'; there are {string.Join(", ", readings.Select(reading => reading.Metric))}.");
        return readings.Where(reading => IsAsked(reading.Metric)).Select(reading => new MetricRow(instance, reading.Metric, reading.Window));
    }

    private async Task<IEnumerable<MetricRow>> ReadOverTimeAsync(Deployment deployment, string instance, TimeSpan bucket, CancellationToken cancellationToken)
    {
        var rows = new List<MetricRow>();
        var metrics = request.Metrics.Count > 0 ? request.Metrics : await OfferedAsync(deployment, instance, cancellationToken);
        foreach (var metric in metrics)
        {
            var windows = await source.ReadAsync(deployment, instance, new(metric, bucket), request.Start, request.End, cancellationToken);
            rows.AddRange(windows.Select(window => new MetricRow(instance, metric, window)));
        }

        return rows;
    }

    /// <summary>The metrics that the source answers for the whole span: not every metric of the catalogue exists for every model.</summary>
    private async Task<IReadOnlyList<string>> OfferedAsync(Deployment deployment, string instance, CancellationToken cancellationToken) =>
        [.. (await source.ReadSpanAsync(deployment, instance, request.Start, request.End, cancellationToken)).Select(reading => reading.Metric)];

    private bool IsAsked(string metric) => request.Metrics.Count == 0 || request.Metrics.Contains(metric);
}

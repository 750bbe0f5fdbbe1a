using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

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
        var metrics = source.Open(deployment);
        var rows = new List<MetricRow>();
        foreach (var instance in await InstancesAsync(deployment, metrics, cancellationToken))
            rows.AddRange(
                request.Bucket is { } bucket
                    ? await ReadOverTimeAsync(metrics, instance, bucket, cancellationToken)
                    : await ReadSpanAsync(deployment, metrics, instance, cancellationToken));
        await ExplainAsync(metrics, rows, cancellationToken);
        return rows;
    }

    /// <summary>Says of each kind of metric that has no values at all why that is.</summary>
    private async Task ExplainAsync(IDeploymentMetrics metrics, IReadOnlyList<MetricRow> rows, CancellationToken cancellationToken)
    {
        var families = rows.GroupBy(row => MetricCatalogue.Find(row.Metric).Family);
        foreach (var family in families.Where(family => family.All(row => row.Window.Value is null)))
        {
            if (await metrics.ExplainMissingAsync(family.First().Metric, cancellationToken) is { } why && !_notes.Contains(why))
                _notes.Add(why);
        }
    }

    private async Task<Deployment> FindAsync(CancellationToken cancellationToken)
    {
        var labels = new List<string>();
        await foreach (var deployment in source.ListDeploymentsAsync(cancellationToken))
        {
            if (deployment.Id == request.Deployment ||
                string.Equals(deployment.Label, request.Deployment, StringComparison.OrdinalIgnoreCase))
                return deployment;
            labels.Add(deployment.Label);
        }

        var more = labels.Count > 10 ? $" and {labels.Count - 10} more" : "";
        var known = labels.Count == 0
            ? "the token's user sees no deployment at all"
            : $"there are {string.Join(", ", labels.Take(10).Select(label => $"'{label}'"))}{more}";
        throw new FailedException($"There is no deployment with the id or label '{request.Deployment}'; {known}.");
    }

    private async Task<IReadOnlyList<string>> InstancesAsync(
        Deployment deployment, IDeploymentMetrics metrics, CancellationToken cancellationToken)
    {
        if (request.Instance == Instances.All)
            return [Instances.All];
        var hosts = await metrics.ListHostsAsync(cancellationToken);
        if (hosts.Count == 0)
            _notes.Add($"Deployment '{deployment.Label}' does not tell prediction servers apart: segment analysis is off.");
        if (request.Instance == "*")
            return [Instances.All, .. hosts];
        return hosts.Contains(request.Instance)
            ? [request.Instance]
            : throw new FailedException($"Deployment '{deployment.Label}' has no instance '{request.Instance}'; there are " +
                $"{string.Join(", ", hosts.Prepend(Instances.All))}.");
    }

    private async Task<IEnumerable<MetricRow>> ReadSpanAsync(
        Deployment deployment, IDeploymentMetrics metrics, string instance, CancellationToken cancellationToken)
    {
        var span = await metrics.ReadSpanAsync(instance, request.Metrics, request.Start, request.End, cancellationToken);
        _notes.AddRange(span.Notes.Except(_notes));
        var unread = request.Metrics.Where(metric => IsOf(metric, instance) && span.Readings.All(reading => reading.Metric != metric));
        foreach (var unknown in unread.Where(_ => span.Notes.Count == 0))
        {
            var offered = await metrics.ListMetricsAsync(
                [new Glob("*"), new Glob($"{MetricNames.FeatureDriftPrefix}*")], cancellationToken);
            throw new FailedException(
                $"Deployment '{deployment.Label}' has no metric '{unknown}'; there are {string.Join(", ", offered)}.");
        }

        return span.Readings.Select(reading => new MetricRow(instance, reading.Metric, reading.Window));
    }

    private async Task<IEnumerable<MetricRow>> ReadOverTimeAsync(
        IDeploymentMetrics metrics, string instance, TimeSpan bucket, CancellationToken cancellationToken)
    {
        var rows = new List<MetricRow>();
        var names = request.Metrics.Count > 0 ? request.Metrics : await OfferedAsync(metrics, instance, cancellationToken);
        foreach (var metric in names.Where(metric => IsOf(metric, instance)))
        {
            var reading = await metrics.ReadAsync(new(instance, new(metric, bucket), request.Start, request.End), cancellationToken);
            if (reading.Note is { } note)
                _notes.Add(note);
            rows.AddRange(reading.Windows.Select(window => new MetricRow(instance, metric, window)));
        }

        return rows;
    }

    /// <summary>The metrics that the source answers for the whole span: not every metric of the catalogue exists for every model.</summary>
    private async Task<IReadOnlyList<string>> OfferedAsync(
        IDeploymentMetrics metrics, string instance, CancellationToken cancellationToken) =>
        [
            .. (await metrics.ReadSpanAsync(instance, [], request.Start, request.End, cancellationToken)).Readings.Select(
                reading => reading.Metric)
        ];

    private static bool IsOf(string metric, string instance) => instance == Instances.All || MetricCatalogue.Find(metric).HasInstances;
}

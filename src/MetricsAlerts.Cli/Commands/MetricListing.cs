using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Commands;

/// <summary>What <c>metrics list</c> is asked for.</summary>
internal sealed record MetricListingRequest(
    string Deployment, string Instance, IReadOnlyList<string> Metrics, DateTimeOffset Start, DateTimeOffset End, TimeSpan? Bucket)
{
    /// <summary>The model; null for the current one.</summary>
    public string? ModelId { get; init; }
}

/// <summary>A row of <c>metrics list</c>.</summary>
internal sealed record MetricRow(string Instance, string Metric, MetricWindow Window);

/// <summary>Reads what <c>metrics list</c> prints.</summary>
internal sealed class MetricListing(IMetricSource source, MetricListingRequest request)
{
    private static readonly MetricFamily[] Families =
        [MetricFamily.ServiceHealth, MetricFamily.Accuracy, MetricFamily.Drift, MetricFamily.Predictions];

    private readonly List<string> _notes = [];

    /// <summary>What a person should know about the rows, such as why there are no values.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public async Task<IReadOnlyList<MetricRow>> ReadAsync(CancellationToken cancellationToken)
    {
        var deployment = await FindAsync(cancellationToken);
        var metrics = source.Open(deployment);
        var names = await NamesAsync(deployment, metrics, cancellationToken);
        var rows = new List<MetricRow>();
        foreach (var instance in await InstancesAsync(deployment, metrics, cancellationToken))
        {
            var own = names.Where(name => IsOf(name, instance)).ToList();
            NoteUncut(names.Except(own), instance);
            if (names.Count > 0 && own.Count == 0)
                continue;
            rows.AddRange(
                request.Bucket is { } bucket
                    ? await ReadOverTimeAsync(metrics, instance, own, bucket, cancellationToken)
                    : await ReadSpanAsync(metrics, instance, own, cancellationToken));
        }

        await ExplainAsync(metrics, rows, cancellationToken);
        if (rows.Count == 0 && _notes.Count == 0)
            _notes.Add($"Deployment '{deployment.Label}' has no metric in this time span: DataRobot answers with none.");
        return rows;
    }

    /// <summary>The metrics as the deployment calls them, whatever their case.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(
        Deployment deployment, IDeploymentMetrics metrics, CancellationToken cancellationToken)
    {
        if (request.Metrics.Count == 0)
            return [];
        IReadOnlyList<string> known = [.. MetricCatalogue.Known.Select(metric => metric.Name)];
        var names = request.Metrics.ToList();
        if (!names.TrueForAll(name => known.Contains(name) || MetricCatalogue.Find(name).Family != MetricFamily.Custom))
            known = await metrics.ListMetricsAsync([new Glob("*"), new Glob($"{MetricNames.FeatureDriftPrefix}*")], cancellationToken);
        return [.. names.Select(name => Name(name, known, deployment))];
    }

    private static string Name(string asked, IReadOnlyList<string> known, Deployment deployment)
    {
        if (known.Contains(asked) || MetricCatalogue.Find(asked).Family != MetricFamily.Custom)
            return asked;
        if (known.FirstOrDefault(name => string.Equals(name, asked, StringComparison.OrdinalIgnoreCase)) is { } same)
            return same;
        var meant = NearestName.Of(asked, known) is { } near ? $" (did you mean '{near}'?)" : "";
        throw new FailedException($"Deployment '{deployment.Label}' has no metric '{asked}'{meant}; there are {string.Join(", ", known)}.");
    }

    private void NoteUncut(IEnumerable<string> metrics, string instance)
    {
        foreach (var metric in metrics)
            Note($"DataRobot does not tell '{metric}' apart by prediction server, so there is none of {instance}; see --instance all.");
    }

    /// <summary>Says of each kind of metric that has no values at all why that is.</summary>
    private async Task ExplainAsync(IDeploymentMetrics metrics, IReadOnlyList<MetricRow> rows, CancellationToken cancellationToken)
    {
        var families = rows.GroupBy(row => MetricCatalogue.Find(row.Metric).ChangesWith);
        foreach (var family in families.Where(family => family.All(HasNothing)))
        {
            var metric = family.First().Metric;
            var query = new SeriesQuery(request.Instance, new(metric, request.End - request.Start), request.Start, request.End)
            {
                ModelId = request.ModelId,
            };
            if (await metrics.ExplainMissingAsync(query, cancellationToken) is { } why)
                Note(why);
        }
    }

    /// <summary>That no row has an actual, of many, needs an explanation like no value.</summary>
    private static bool HasNothing(MetricRow row) =>
        row.Window.Value is null || (row is { Metric: MetricNames.ActualsCompleteness, Window.Value: 0 });

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
        var listing = await metrics.ListHostsAsync(Families, cancellationToken);
        if (listing.Note is { } note)
            Note(note);
        if (request.Instance == "*")
            return [Instances.All, .. listing.Hosts];
        return listing.Hosts.Contains(request.Instance)
            ? [request.Instance]
            : throw new FailedException($"Deployment '{deployment.Label}' has no instance '{request.Instance}'; there are " +
                $"{string.Join(", ", listing.Hosts.Prepend(Instances.All))}.");
    }

    private async Task<IEnumerable<MetricRow>> ReadSpanAsync(
        IDeploymentMetrics metrics, string instance, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var query = new SpanQuery(instance, names, request.Start, request.End) { ModelId = request.ModelId };
        var span = await metrics.ReadSpanAsync(query, cancellationToken);
        foreach (var note in span.Notes)
            Note(note);
        foreach (var missing in names.Where(name => span.Notes.Count == 0 && span.Readings.All(reading => reading.Metric != name)))
            Note($"DataRobot has no '{missing}' of {instance} for this time span as a whole; with --bucket it is asked for over time.");
        return span.Readings.Select(reading => new MetricRow(instance, reading.Metric, reading.Window));
    }

    private async Task<IEnumerable<MetricRow>> ReadOverTimeAsync(
        IDeploymentMetrics metrics, string instance, IReadOnlyList<string> asked, TimeSpan bucket, CancellationToken cancellationToken)
    {
        var rows = new List<MetricRow>();
        foreach (var metric in asked.Count > 0 ? asked : await OfferedAsync(metrics, instance, cancellationToken))
        {
            var query = new SeriesQuery(instance, new(metric, bucket), request.Start, request.End) { ModelId = request.ModelId };
            var reading = await metrics.ReadAsync(query, cancellationToken);
            if (reading.Note is { } note)
                Note(note);
            rows.AddRange(reading.Windows.Select(window => new MetricRow(instance, metric, window)));
        }

        return rows;
    }

    /// <summary>The metrics that the source answers for the whole span: not every metric of the catalogue exists for every model.</summary>
    private async Task<IReadOnlyList<string>> OfferedAsync(
        IDeploymentMetrics metrics, string instance, CancellationToken cancellationToken)
    {
        var query = new SpanQuery(instance, [], request.Start, request.End) { ModelId = request.ModelId };
        return [.. (await metrics.ReadSpanAsync(query, cancellationToken)).Readings.Select(reading => reading.Metric)];
    }

    private void Note(string note)
    {
        if (!_notes.Contains(note))
            _notes.Add(note);
    }

    private static bool IsOf(string metric, string instance) => instance == Instances.All || MetricCatalogue.Find(metric).HasInstances;
}

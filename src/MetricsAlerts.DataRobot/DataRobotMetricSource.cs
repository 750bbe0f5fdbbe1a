using System.Runtime.CompilerServices;
using MetricsAlerts.Collecting;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Families;
using MetricsAlerts.Metrics;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot;

/// <summary>Metric windows from DataRobot's monitoring API.</summary>
internal sealed class DataRobotMetricSource(
    DataRobotClient client, IEnumerable<IMetricFamilyReader> families, IOptions<DataRobotOptions> options, TimeProvider time) : IMetricSource
{
    private readonly Dictionary<MetricFamily, IMetricFamilyReader> _families = families.ToDictionary(reader => reader.Family);
    private readonly HostDirectory _hosts = new(client, options.Value.RememberHosts, time);

    public async IAsyncEnumerable<Deployment> ListDeploymentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var model in client.ListDeploymentsAsync(cancellationToken))
        {
            if (model.Id is { Length: > 0 } id)
                yield return DeploymentOf(id, model);
        }
    }

    public Task<IReadOnlyList<string>> ListMetricsAsync(Deployment deployment, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. _families.Values.SelectMany(family => family.MetricsOf(deployment))]);

    public async Task<IReadOnlyList<string>> ListHostsAsync(Deployment deployment, CancellationToken cancellationToken) =>
        (await _hosts.FindAsync(deployment.Id, cancellationToken)).Hosts;

    public async Task<IReadOnlyList<MetricWindow>> ReadAsync(
        Deployment deployment, string instance, SeriesName series, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var metric = MetricCatalogue.Find(series.Metric);
        if (!_families.TryGetValue(metric.Family, out var family))
            throw new MetricSourceException(MetricSourceProblem.Invalid, $"'{series.Metric}' is no metric that DataRobot is known to have.");
        if (end <= start)
            return [];

        if (await QueryAsync(deployment, instance, start, end, series.Bucket, cancellationToken) is not { } query)
            return [];
        var answer = await family.ReadAsync(client, deployment.Id, series.Metric, query, cancellationToken);
        return WindowsOf(answer, series.Bucket, start);
    }

    public async Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(
        Deployment deployment, string instance, TimeSpan bucket, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var completeness = new Dictionary<DateTimeOffset, double>();
        if (end <= start || await QueryAsync(deployment, instance, start, end, bucket, cancellationToken) is not { } query)
            return completeness;
        var answer = await client.GetPredictionsVsActualsOverTimeAsync(deployment.Id, query, cancellationToken);
        for (var i = 0; i < (answer.Buckets?.Count ?? 0); i++)
        {
            if (answer.Buckets![i] is { RowCountTotal: > 0 and var total } read)
                completeness[(read.Period?.Start ?? start + (bucket * i)).ToUniversalTime()] = (read.RowCountWithActual ?? 0) / (double)total;
        }

        return completeness;
    }

    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        Deployment deployment, string instance, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        if (await QueryAsync(deployment, instance, start, end, bucket: null, cancellationToken) is not { } query)
            return [];
        var readings = new List<MetricReading>();
        foreach (var family in _families.Values.OrderBy(family => family.Family))
            readings.AddRange(await family.ReadSpanAsync(client, deployment.Id, query, cancellationToken));
        return readings;
    }

    public async Task<string?> ExplainMissingAsync(Deployment deployment, string metric, CancellationToken cancellationToken)
    {
        if (MetricCatalogue.Find(metric).Family != MetricFamily.Accuracy)
            return null;
        var settings = await client.GetSettingsAsync(deployment.Id, cancellationToken);
        if (settings.AssociationId?.ColumnNames is not { Count: > 0 })
            return $"Deployment '{deployment.Label}' has no association id, so actuals cannot be matched and there is no accuracy. Set one in the deployment's settings.";
        if (settings.PredictionsDataCollection is { Enabled: false })
            return $"Deployment '{deployment.Label}' does not collect its predictions, so there is no accuracy. Turn data collection on in the deployment's settings.";
        return $"No actuals have arrived for deployment '{deployment.Label}' in this time span, so there is no accuracy yet.";
    }

    /// <summary>The query for an instance; null for a host of a deployment that does not tell hosts apart.</summary>
    private async Task<WindowQuery?> QueryAsync(
        Deployment deployment, string instance, DateTimeOffset start, DateTimeOffset end, TimeSpan? bucket, CancellationToken cancellationToken)
    {
        if (instance == Instances.All)
            return new(start, end, bucket, null, null);
        var (attribute, _) = await _hosts.FindAsync(deployment.Id, cancellationToken);
        return attribute is null ? null : new(start, end, bucket, attribute, instance);
    }

    private Deployment DeploymentOf(string id, DeploymentModel model) => new(id, model.Label ?? id)
    {
        Importance = model.Importance,
        ModelId = model.Model?.Id,
        ModelType = model.Model?.Type,
        TargetType = model.Model?.TargetType,
        Link = new Uri(options.Value.Endpoint!, $"/deployments/{Uri.EscapeDataString(id)}/overview"),
    };

    /// <summary>Buckets are half-open and cover the period in order, so one without a period of its own has its place by its number.</summary>
    private static List<MetricWindow> WindowsOf(OverTimeModel answer, TimeSpan bucket, DateTimeOffset start)
    {
        var windows = new List<MetricWindow>(answer.Buckets?.Count ?? 0);
        for (var i = 0; i < (answer.Buckets?.Count ?? 0); i++)
        {
            var read = answer.Buckets![i];
            var from = (read.Period?.Start ?? start + (bucket * i)).ToUniversalTime();
            var value = read.Value is { } number && double.IsFinite(number) ? read.Value : null;
            windows.Add(new(from, (read.Period?.End ?? from + bucket).ToUniversalTime(), value, read.SampleSize ?? 0)
            {
                Baseline = answer.Baseline?.Value,
                ModelId = read.ModelId ?? answer.ModelId,
            });
        }

        return windows;
    }
}

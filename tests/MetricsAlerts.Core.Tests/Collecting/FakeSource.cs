using System.Collections.Concurrent;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>A source whose values a test sets; it notes what it was asked.</summary>
internal sealed class FakeSource : IMetricSource
{
    private int _requests;

    public List<Deployment> Deployments { get; } = [new("d1", "credit-risk"), new("d2", "churn")];

    /// <summary>Deployments that the list leaves out although they are there.</summary>
    public HashSet<string> Hidden { get; } = [];

    public List<string> Hosts { get; } = ["h1", "h2"];

    /// <summary>Families that cannot be cut by hosts.</summary>
    public HashSet<MetricFamily> Uncut { get; } = [];


    /// <summary>The models that the source knows of a deployment.</summary>
    public List<ModelPeriod> Models { get; } = [];

    /// <summary>What a series reads; by default each window has 0.9 of 100 rows.</summary>
    public Func<Deployment, SeriesQuery, DateTimeOffset, MetricWindow> Window { get; set; } =
        (_, query, start) => new(start, start + query.Series.Bucket, 0.9, 100);

    public Func<SeriesQuery, IReadOnlyDictionary<DateTimeOffset, double>> Completeness { get; set; } =
        _ => new Dictionary<DateTimeOffset, double>();

    public Func<string?> Explanation { get; set; } = () => null;

    /// <summary>Runs before every read: throws what a test wants.</summary>
    public Action<Deployment, SeriesQuery> OnRead { get; set; } = (_, _) => { };

    /// <summary>Runs during every read.</summary>
    public Func<Task> WhileReading { get; set; } = () => Task.CompletedTask;

    public Action OnList { get; set; } = () => { };

    /// <summary>Runs before hosts are listed.</summary>
    public Action OnHosts { get; set; } = () => { };

    /// <summary>Runs before metrics are listed.</summary>
    public Action OnMetrics { get; set; } = () => { };

    /// <summary>The metrics that globs choose among.</summary>
    public List<string> Offered { get; } = ["Accuracy", "AUC", "responseTime"];

    /// <summary>Metrics that the deployments do not have when a rule names them.</summary>
    public HashSet<string> Lacking { get; } = [];

    public Func<SeriesQuery, bool> IsLacking { get; set; } = _ => false;

    public Action OnModels { get; set; } = () => { };

    public Action<string> OnFind { get; set; } = _ => { };

    public ConcurrentQueue<(Deployment Deployment, SeriesQuery Query)> Reads { get; } = new();

    /// <summary>Reads of windows that begin at <paramref name="from"/> have this value.</summary>
    public void Set(string deploymentId, string metric, Func<DateTimeOffset, double?> value)
    {
        var before = Window;
        Window = (deployment, query, start) =>
            deployment.Id == deploymentId && query.Series.Metric == metric
                ? new(start, start + query.Series.Bucket, value(start), 100)
                : before(deployment, query, start);
    }

    public async IAsyncEnumerable<Deployment> ListDeploymentsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        OnList();
        foreach (var deployment in Deployments.Where(deployment => !Hidden.Contains(deployment.Id)))
            yield return deployment;
    }

    public async Task<Deployment?> FindDeploymentAsync(string deploymentId, CancellationToken cancellationToken)
    {
        await Task.Yield();
        OnFind(deploymentId);
        return Deployments.Find(deployment => deployment.Id == deploymentId);
    }

    public IDeploymentMetrics Open(Deployment deployment) => new Metrics(this, deployment);

    private sealed class Metrics(FakeSource source, Deployment deployment) : IDeploymentMetrics
    {
        public int Requests => source._requests;

        public Task<IReadOnlyList<string>> ListMetricsAsync(IReadOnlyList<Glob> patterns, CancellationToken cancellationToken)
        {
            source.OnMetrics();
            return Task.FromResult<IReadOnlyList<string>>([.. source.Offered]);
        }

        public Task<HostListing> ListHostsAsync(IReadOnlyCollection<MetricFamily> families, CancellationToken cancellationToken)
        {
            source.OnHosts();
            return Task.FromResult(new HostListing([.. source.Hosts], [.. families.Where(family => !source.Uncut.Contains(family))], source.Hosts.Count == 0 ? "segment analysis is off" : null));
        }

        public Task<IReadOnlyList<ModelPeriod>> ListModelsAsync(CancellationToken cancellationToken)
        {
            source.OnModels();
            return Task.FromResult<IReadOnlyList<ModelPeriod>>([.. source.Models]);
        }

        public async Task<SeriesReading> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
        {
            await source.WhileReading();
            source.Reads.Enqueue((deployment, query));
            Interlocked.Increment(ref source._requests);
            source.OnRead(deployment, query);
            if (source.Lacking.Contains(query.Series.Metric) || source.IsLacking(query))
                return new([], $"There is no '{query.Series.Metric}'.");
            var windows = new List<MetricWindow>();
            for (var start = query.Start; start < query.End; start += query.Series.Bucket)
                windows.Add(source.Window(deployment, query, start));
            return new(windows);
        }

        public Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(
            SeriesQuery query, CancellationToken cancellationToken)
        {
            source.Reads.Enqueue((deployment, query with { Series = new("completeness", query.Series.Bucket) }));
            return Task.FromResult(source.Completeness(query));
        }

        /// <summary>One read of each metric, and one request for each group that shares one.</summary>
        public async Task<SpanReading> ReadSpanAsync(SpanQuery query, CancellationToken cancellationToken)
        {
            await source.WhileReading();
            Interlocked.Add(ref source._requests, SharedRequests.Of(query.Metrics).Count);
            var (readings, notes) = (new List<MetricReading>(), new List<string>());
            foreach (var metric in query.Metrics.Where(metric => !source.Lacking.Contains(metric)))
            {
                var series = new SeriesQuery(query.Instance, new(metric, query.End - query.Start), query.Start, query.End) { ModelId = query.ModelId };
                source.Reads.Enqueue((deployment, series));
                if (source.IsLacking(series))
                    continue;
                try
                {
                    source.OnRead(deployment, series);
                    readings.Add(new(metric, source.Window(deployment, series, query.Start)));
                }
                catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
                {
                    notes.Add(exception.Message);
                }
            }

            return new(readings, notes);
        }

        public Task<string?> ExplainMissingAsync(SeriesQuery query, CancellationToken cancellationToken) =>
            Task.FromResult(source.Explanation());
    }
}

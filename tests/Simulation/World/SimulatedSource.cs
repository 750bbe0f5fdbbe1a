using System.Runtime.CompilerServices;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using Simulation.Faults;

namespace Simulation.World;

/// <summary>DataRobot over the world's truth, as one process reaches it.</summary>
public sealed class SimulatedSource(Story story, WorldState world, Gate gate, Func<DateTimeOffset> now) : IMetricSource
{
    /// <summary>A window that ends so soon is nearly complete for whoever's clock is ahead.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Deployment> ListDeploymentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // In two pages.
        var ids = world.Deployments.Keys.Order(StringComparer.Ordinal).ToList();
        foreach (var page in (int[])[0, 1])
        {
            var deployments = await AskAsync("list", () => ids.Where((_, index) => index % 2 == page).Select(Find).OfType<Deployment>().ToList(), cancellationToken);
            foreach (var deployment in deployments)
                yield return deployment;
        }
    }

    /// <inheritdoc/>
    public Task<Deployment?> FindDeploymentAsync(string deploymentId, CancellationToken cancellationToken) =>
        AskAsync(deploymentId, () => Find(deploymentId), cancellationToken);

    /// <inheritdoc/>
    public IDeploymentMetrics Open(Deployment deployment) => new Reader(this, deployment.Id);

    private Deployment? Find(string id)
    {
        if (!world.Deployments.TryGetValue(id, out var one) || one.IsGone || Truth.StartOf(one.Story.FirstHour) > now())
            return null;
        var model = one.Story.Models.LastOrDefault(model => Truth.StartOf(model.FromHour) <= Known())?.Model;
        return new(id, one.Label) { Importance = one.Importance, ModelId = model, ModelType = "Trees", TargetType = "Binary" };
    }

    private DateTimeOffset Known() => now() < story.QuietFrom ? now() : story.QuietFrom;

    private Task<T> AskAsync<T>(string about, Func<T> answer, CancellationToken cancellationToken) =>
        gate.CallAsync("source", about, () =>
        {
            if (world.SourceTroubles.TryGetValue(about, out var trouble) && now() < trouble.Until)
                throw Refusal(about, trouble.Status);
            return Task.FromResult(answer());
        }, cancellationToken);

    private static MetricSourceException Refusal(string about, int status) => new(
        status switch
        {
            401 => MetricSourceProblem.Unauthorized,
            403 => MetricSourceProblem.Forbidden,
            404 => MetricSourceProblem.NotFound,
            429 => MetricSourceProblem.Throttled,
            _ => MetricSourceProblem.Unavailable,
        },
        $"{about}: {status} (simulated).");

    private sealed class Reader(SimulatedSource source, string id) : IDeploymentMetrics
    {
        private DeploymentState Deployment => source.Find(id) is null ? throw Refusal(id, 404) : source.World.Deployments[id];

        public int Requests { get; private set; }

        public Task<IReadOnlyList<string>> ListMetricsAsync(IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
            AskAsync<IReadOnlyList<string>>(() => [.. Series(Deployment).Select(series => series.Metric).Distinct()], cancellationToken);

        public Task<HostListing> ListHostsAsync(IReadOnlyCollection<MetricFamily> families, CancellationToken cancellationToken) => AskAsync(
            () => new HostListing([.. Series(Deployment).Select(series => series.Instance).Distinct().Where(host => host != Instances.All && Deployment.AbsentSince(host) is null)], families),
            cancellationToken);

        public Task<IReadOnlyList<ModelPeriod>> ListModelsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ModelPeriod>>([]);

        public Task<SeriesReading> ReadAsync(SeriesQuery query, CancellationToken cancellationToken) =>
            AskAsync(() => Offers(query.Series)
                ? new SeriesReading(Windows(query.Instance, query.Series, query.Start, query.End))
                : new SeriesReading([], $"There is no '{query.Series.Metric}' (simulated)."), cancellationToken);

        public Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(SeriesQuery query, CancellationToken cancellationToken) =>
            AskAsync<IReadOnlyDictionary<DateTimeOffset, double>>(() => new Dictionary<DateTimeOffset, double>(), cancellationToken);

        public Task<SpanReading> ReadSpanAsync(SpanQuery query, CancellationToken cancellationToken)
        {
            var asked = query.Metrics.Count > 0 ? query.Metrics : [Metrics.Accuracy, Metrics.ResponseTime];
            return AskAsync(
                () => new SpanReading(
                    [
                        .. asked.SelectMany(metric => Windows(query.Instance, new(metric, query.End - query.Start), query.Start, query.End)
                            .Select(window => new MetricReading(metric, window))),
                    ],
                    []),
                cancellationToken);
        }

        public Task<string?> ExplainMissingAsync(SeriesQuery query, CancellationToken cancellationToken) => AskAsync<string?>(() => null, cancellationToken);

        private IEnumerable<SeriesStory> Series(DeploymentState deployment) =>
            deployment.Story.Series.Where(series => !deployment.GoneMetrics.Contains(series.Metric) && Truth.StartOf(series.FirstHour) <= source.Now());

        /// <summary>A metric that was never there, or was removed, is not the same as one without windows.</summary>
        private bool Offers(SeriesName name) => name.Bucket == Truth.Hour && Series(Deployment).Any(series => series.Metric == name.Metric);

        private List<MetricWindow> Windows(string instance, SeriesName name, DateTimeOffset start, DateTimeOffset end)
        {
            var deployment = Deployment;
            var found = Series(deployment).FirstOrDefault(series => series.Instance == instance && series.Metric == name.Metric);
            if (found is null || name.Bucket != Truth.Hour)
                return [];
            return [.. Truth.Windows(deployment, found, source.Now() + Ahead, source.Known()).Where(window => window.Start >= start && window.End <= end)];
        }

        private Task<T> AskAsync<T>(Func<T> answer, CancellationToken cancellationToken)
        {
            Requests++;
            return source.AskAsync(id, answer, cancellationToken);
        }
    }

    private WorldState World => world;

    private DateTimeOffset Now() => now();
}

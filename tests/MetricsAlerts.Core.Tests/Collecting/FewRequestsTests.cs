using CsCheck;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Testing;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>
/// Few requests find what a collector finds that reads everything at every tick: each new window at once, each revision within the hour.
/// </summary>
public sealed class FewRequestsTests
{
    private const int Hours = 26;
    private const int LatestArrival = 9;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(20);
    private static readonly string[] Metrics = ["Accuracy", "AUC", "rowCount", "totalRequests", "responseTime", "targetDrift"];

    [Fact]
    public async Task Every_window_is_as_new_as_if_everything_were_read() => await Gen.Int[0, 100_000].CheckAsync(
        25,
        async seed =>
        {
            var world = new World(new Random(seed));
            await using var pipeline = await StartAsync(world);
            var published = new Dictionary<(string, string, DateTimeOffset), MetricWindow>();
            for (var tick = 0; tick < (Hours + LatestArrival + 2) * 3; tick++)
            {
                await CollectAsync(pipeline, world, published);
                foreach (var (instance, metric) in Series())
                {
                    for (var at = world.Start; at + Hour <= pipeline.Now; at += Hour)
                        AssertFresh(seed, world, pipeline.Now, (instance, metric, at), published);
                }

                pipeline.Time.Advance(Tick - TimeSpan.FromSeconds(1));
            }
        });

    [Fact]
    public async Task Whatever_fails_meanwhile_the_published_windows_end_as_the_truth() => await Gen.Int[0, 100_000].CheckAsync(25, FailMeanwhileAsync);

    // The rows could not be read when the drift that follows them was, and had changed when they could.
    [Fact]
    public async Task What_was_read_before_that_which_it_follows_is_read_again_with_it() => await FailMeanwhileAsync(25873);

    private static async Task FailMeanwhileAsync(int seed)
    {
        var random = new Random(seed);
        var world = new World(new Random(seed));
        await using var pipeline = await StartAsync(world);
        var published = new Dictionary<(string, string, DateTimeOffset), MetricWindow>();
        for (var tick = 0; tick < (Hours + LatestArrival) * 3; tick++)
        {
            var problem = random.Next(3) switch { 0 => MetricSourceProblem.Unavailable, _ => MetricSourceProblem.Forbidden };
            pipeline.Source.OnRead = (_, _) =>
            {
                if (random.Next(12) == 0)
                    throw new MetricSourceException(problem, "a fault of the test");
            };
            await CollectAsync(pipeline, world, published);
            pipeline.Time.Advance(Tick - TimeSpan.FromSeconds(1));
        }

        pipeline.Source.OnRead = (_, _) => { };
        for (var tick = 0; tick < 6; tick++)
        {
            await CollectAsync(pipeline, world, published);
            pipeline.Time.Advance(Tick - TimeSpan.FromSeconds(1));
        }

        foreach (var (instance, metric) in Series())
        {
            for (var at = world.Start; at < world.Start + (Hours * Hour); at += Hour)
            {
                var truth = world.Window(instance, metric, at, pipeline.Now);
                if (published.GetValueOrDefault((instance, metric, at)) != truth)
                    throw new InvalidOperationException($"Seed {seed}: {instance}/{metric} at {at:u}: {truth} was not published.");
            }
        }
    }

    [Fact]
    public async Task A_quiet_hour_of_three_instances_and_six_metrics_takes_few_requests()
    {
        var world = new World(new Random(1)) { IsQuiet = true };
        await using var pipeline = await StartAsync(world);
        await CollectAsync(pipeline, world, []);
        var requests = 0;
        for (var tick = 0; tick < 3; tick++)
        {
            pipeline.Time.Advance(Tick);
            requests += await CollectAsync(pipeline, world, []);
        }

        // Of the whole: accuracy over time and by window, rows and drift, requests over time and by window; of a host what is new.
        Assert.InRange(requests, 1, 6 + (2 * 4));
    }

    private static async Task<PipelineFixture> StartAsync(World world)
    {
        var pipeline = new PipelineFixture { Options = new CollectionOptions { LateActualsEvery = Hour } };
        await pipeline.ApplyAsync("rules:\n" + string.Concat(Metrics.Select(metric =>
            $"  - {{ name: {metric}, metric: {metric}, instances: each, when: {{ above: 1000000 }} }}\n")));
        world.Start = pipeline.Now;
        pipeline.Source.Deployments.RemoveAt(1);
        pipeline.Source.Window = (_, query, at) => world.Window(query.Instance, query.Series.Metric, at, pipeline.Now);
        return pipeline;
    }

    private static async Task<int> CollectAsync(
        PipelineFixture pipeline, World world, Dictionary<(string, string, DateTimeOffset), MetricWindow> published)
    {
        var source = pipeline.Source;
        source.Deployments[0] = source.Deployments[0] with { LastPrediction = world.LastPrediction(pipeline.Now) };
        var before = source.Open(source.Deployments[0]).Requests;
        await pipeline.CollectAsync();
        foreach (var batch in await pipeline.TakeAsync())
        {
            foreach (var (instance, series) in batch.Instances.SelectMany(one => one.Series.Select(series => (one.Instance, series))))
            {
                foreach (var window in series.Windows)
                    published[(instance, series.Metric, window.Start)] = window;
            }
        }

        return source.Open(source.Deployments[0]).Requests - before;
    }

    private static IEnumerable<(string Instance, string Metric)> Series() =>
        from instance in (string[])["all", "h1", "h2"]
        from metric in Metrics
        select (instance, metric);

    /// <summary>Published is what was true at some time within the last hour.</summary>
    private static void AssertFresh(
        int seed,
        World world,
        DateTimeOffset now,
        (string Instance, string Metric, DateTimeOffset At) key,
        Dictionary<(string, string, DateTimeOffset), MetricWindow> published)
    {
        if (!published.TryGetValue(key, out var window))
            throw new InvalidOperationException($"Seed {seed}: {key} was not published by {now:u}.");
        for (var past = now; past >= now - Hour - Tick; past -= TimeSpan.FromMinutes(1))
        {
            if (window == world.Window(key.Instance, key.Metric, key.At, past))
                return;
        }

        throw new InvalidOperationException($"Seed {seed}: {key} at {now:u} is {window}; true is {world.Window(key.Instance, key.Metric, key.At, now)}.");
    }

    /// <summary>Rows of two hosts; each is counted some time after it was made, and its actual comes later still, or never.</summary>
    private sealed class World
    {
        private readonly (TimeSpan Counted, TimeSpan Actual, bool IsRight)[][][] _rows;

        public World(Random random) => _rows =
        [
            .. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, Hours).Select(_ => Enumerable.Range(0, random.Next(6)).Select(_ => (
                TimeSpan.FromMinutes(random.Next(4) == 0 ? random.Next(160) : 0),
                random.Next(5) == 0 ? TimeSpan.FromDays(365) : TimeSpan.FromMinutes(random.Next(LatestArrival * 60)),
                random.Next(2) == 0)).ToArray()).ToArray()),
        ];

        public DateTimeOffset Start { get; set; }

        /// <summary>Whether nothing comes late.</summary>
        public bool IsQuiet { get; init; }

        public DateTimeOffset? LastPrediction(DateTimeOffset now) => IsQuiet ? null : now;

        public MetricWindow Window(string instance, string metric, DateTimeOffset at, DateTimeOffset now)
        {
            var hour = (int)((at - Start) / Hour);
            var rows = hour < 0 || hour >= Hours ? [] : Hosts(instance).SelectMany(host => _rows[host][hour]).ToList();
            var counted = IsQuiet ? rows : [.. rows.Where(row => at + Hour + row.Counted <= now)];
            var actual = IsQuiet ? rows : [.. rows.Where(row => at + Hour + row.Actual <= now)];
            var (value, sample) = metric switch
            {
                "Accuracy" => (Share(actual), actual.Count),
                "AUC" => (Share(actual) / 2, actual.Count),
                "rowCount" or "totalRequests" => (counted.Count, counted.Count),
                _ => (counted.Count == 0 ? null : 1.0 / counted.Count, counted.Count),
            };
            return new(at, at + Hour, value, sample);
        }

        private static int[] Hosts(string instance) => instance switch { "h1" => [0], "h2" => [1], _ => [0, 1] };

        private static double? Share(IReadOnlyCollection<(TimeSpan Counted, TimeSpan Actual, bool IsRight)> rows) =>
            rows.Count == 0 ? null : rows.Count(row => row.IsRight) / (double)rows.Count;
    }
}

using CsCheck;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Collecting;

public sealed class LateActualsTests
{
    private const int Hours = 30;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>For each hour: how many rows, and after how many hours each of their actuals arrives (null for never).</summary>
    private static readonly Gen<int?[][]> Arrivals =
        Gen.OneOf(Gen.Const((int?)null), Gen.Int[0, 20].Select(hours => (int?)hours)).Array[0, 6].Array[Hours];

    /// <summary>Hours in which the source is down, and in which ticks are left out.</summary>
    private static readonly Gen<(bool Down, bool Skipped)[]> Weather =
        Gen.Select(Gen.Int[0, 4].Select(draw => draw == 0), Gen.Int[0, 4].Select(draw => draw == 0)).Array[Hours + 25];

    [Fact]
    public async Task Whatever_order_actuals_arrive_in_the_published_windows_end_as_the_truth() =>
        await Gen.Select(Arrivals, Weather).CheckAsync(40, async one =>
        {
            var (arrivals, weather) = one;
            await using var pipeline = new PipelineFixture();
            await pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.5 } }]");
            var start = pipeline.Time.GetUtcNow();
            var published = new Dictionary<DateTimeOffset, MetricWindow>();
            var sent = new HashSet<(DateTimeOffset, double?, long)>();
            var source = pipeline.Source;
            source.Window = (_, query, at) => Known(arrivals, start, at, pipeline.Time.GetUtcNow());
            source.Deployments.RemoveAt(1);

            for (var hour = 0; hour < weather.Length; hour++)
            {
                pipeline.Time.Advance(Hour);
                var isDown = weather[hour].Down;
                source.OnRead = (_, _) =>
                {
                    if (isDown)
                        throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
                };
                if (weather[hour].Skipped)
                    continue;
                await pipeline.CollectAsync();
                await TakeAsync();
            }

            source.OnRead = (_, _) => { };
            await pipeline.CollectAsync();
            await TakeAsync();

            for (var hour = 0; hour < Hours; hour++)
            {
                var at = start + (Hour * hour);
                var truth = Known(arrivals, start, at, DateTimeOffset.MaxValue);
                if (published[at] != truth)
                    throw new InvalidOperationException($"Hour {hour}: published {published[at]}, the truth is {truth}.");
            }

            async Task TakeAsync()
            {
                var batches = await pipeline.TakeAsync();
                foreach (var window in batches.SelectMany(batch => batch.Instances.Single().Series.Single().Windows))
                {
                    // Rows only ever arrive, so no value of a window may come twice.
                    if (!sent.Add((window.Start, window.Value, window.SampleSize)))
                        throw new InvalidOperationException($"{window} was published twice.");
                    published[window.Start] = window;
                }
            }
        });

    /// <summary>The share of right rows (every other one) among those whose actual has arrived by now.</summary>
    private static MetricWindow Known(int?[][] arrivals, DateTimeOffset start, DateTimeOffset at, DateTimeOffset now)
    {
        var hour = (int)((at - start) / Hour);
        var (rows, right) = (0, 0);
        if (hour >= 0 && hour < arrivals.Length)
        {
            for (var row = 0; row < arrivals[hour].Length; row++)
            {
                if (arrivals[hour][row] is not { } late || at + (Hour * (1 + late)) > now)
                    continue;
                rows++;
                right += row % 2;
            }
        }

        return new(at, at + Hour, rows == 0 ? null : right / (double)rows, rows);
    }
}

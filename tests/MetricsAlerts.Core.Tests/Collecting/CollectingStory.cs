using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>A deployment that is collected tick after tick, with everything that was published of it.</summary>
public abstract class CollectingStory : IAsyncDisposable
{
    protected static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private protected PipelineFixture Pipeline { get; } = new() { Options = new CollectionOptions { LateActualsEvery = Hour } };

    private protected FakeSource Source => Pipeline.Source;

    /// <summary>Each window as it was published last.</summary>
    protected Dictionary<(string Instance, string Metric, DateTimeOffset Start), MetricWindow> Published { get; } = [];

    protected List<string> Failures { get; } = [];

    protected List<string> Notes { get; } = [];

    protected CollectingStory() => Pipeline.Source.Deployments.RemoveAt(1);

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task RulesAsync(params string[] rules) =>
        Pipeline.ApplyAsync("rules:\n" + string.Concat(rules.Select(rule => $"  - {{ {rule} }}\n")));

    /// <summary>Collects once. Returns the requests that it took.</summary>
    protected async Task<int> TickAsync()
    {
        var before = Source.Reads.Count;
        var report = await Pipeline.CollectAsync();
        Failures.AddRange(report.Failures.Select(one => one.Text));
        Notes.AddRange(report.Notes.Select(one => one.Text));
        var published = from batch in await Pipeline.TakeAsync()
                        from instance in batch.Instances
                        from series in instance.Series
                        from window in series.Windows
                        select ((instance.Instance, series.Metric, window.Start), window);
        foreach (var (key, window) in published)
            Published[key] = window;
        return Source.Reads.Count - before;
    }

    /// <summary>Collects every ten minutes, or as often as is said.</summary>
    protected async Task TicksAsync(TimeSpan span, TimeSpan? step = null)
    {
        var every = step ?? TimeSpan.FromMinutes(10);
        for (var until = Pipeline.Now + span; Pipeline.Now < until;)
        {
            Pipeline.Time.Advance(every - TimeSpan.FromSeconds(1));
            await TickAsync();
        }
    }
}

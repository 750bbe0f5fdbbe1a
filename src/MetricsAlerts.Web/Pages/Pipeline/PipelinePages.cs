using MetricsAlerts.Metrics;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.Pipeline;

/// <summary>How the pipeline itself is: ticks, queues, requests, and what is kept.</summary>
internal static class PipelinePages
{
    public static void Map(IEndpointRouteBuilder pages, PageRenderer renderer) => pages.MapGet("/pipeline", async (
        HttpContext http, TickStatus ticks, QueueHealth queues, FleetReader fleet, CancellationToken cancellation) =>
    {
        var found = await fleet.ReadAsync(cancellation);
        var own = await fleet.FindAsync(PipelineDeployment.Id, instance: null, cancellation);
        var model = new PipelineModel(await ticks.ListAsync(cancellation), await queues.MeasureAsync(cancellation))
        {
            Series = own?.Series ?? [],
            Kept =
            [
                ("deployments", found.Deployments.Count), ("series", found.Deployments.Sum(one => one.Series.Count)),
                ("rules on series", found.Deployments.Sum(one => one.Series.Sum(series => series.Watches.Count))),
                ("open alerts", found.Open.Count), ("alerts that are over", found.Closed.Count), ("rules", found.Rules.Rules.Count),
            ],
        };
        return await renderer.PageAsync<PipelinePage, PipelineModel>(http, "Pipeline", "Pipeline", model);
    });
}

/// <summary>What the page shows.</summary>
/// <param name="Ticks">The ticks that are kept, the newest first.</param>
/// <param name="Queues">How each stage's queue is.</param>
public sealed record PipelineModel(IReadOnlyList<TickState> Ticks, IReadOnlyList<QueueReading> Queues)
{
    /// <summary>The pipeline's own metrics.</summary>
    public IReadOnlyList<SeriesView> Series { get; init; } = [];

    /// <summary>How much is kept.</summary>
    public IReadOnlyList<(string What, int Count)> Kept { get; init; } = [];
}

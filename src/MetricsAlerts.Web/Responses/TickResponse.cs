using MetricsAlerts.Ticks;

namespace MetricsAlerts.Web.Responses;

/// <summary>The last tick of the collection, as far as it is.</summary>
/// <param name="At">When it began.</param>
/// <param name="Shards">The shards that the deployments were dealt into.</param>
/// <param name="Finished">Those that are done.</param>
/// <param name="Deployments">Deployments that were collected.</param>
/// <param name="Series">Series that were read.</param>
/// <param name="Windows">New and revised windows.</param>
/// <param name="Requests">Requests to DataRobot.</param>
/// <param name="Behind">Deployments that were not reached in time.</param>
/// <param name="Failures">What failed, deployment by deployment.</param>
/// <param name="Notes">What deployments lack.</param>
public sealed record TickResponse(
    DateTimeOffset At,
    int Shards,
    int Finished,
    int Deployments,
    int Series,
    int Windows,
    int Requests,
    int Behind,
    IReadOnlyList<RemarkResponse> Failures,
    IReadOnlyList<RemarkResponse> Notes)
{
    /// <summary>The response for a tick.</summary>
    public static TickResponse Of(TickState tick) => new(
        tick.Report.At, tick.Shards, tick.Finished, tick.Report.Deployments, tick.Report.Series, tick.Report.Windows,
        tick.Report.Requests, tick.Report.Behind, Of(tick.Report.Failures),
        Of(tick.Report.Notes));

    private static IReadOnlyList<RemarkResponse> Of(IReadOnlyList<CollectionRemark> remarks) =>
        [.. remarks.Select(remark => new RemarkResponse(remark.DeploymentId, remark.Label, remark.Text))];
}

/// <summary>A line about a deployment.</summary>
/// <param name="DeploymentId">The deployment; empty when it is about all of them.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Text">What there is to say.</param>
public sealed record RemarkResponse(string DeploymentId, string Label, string Text);

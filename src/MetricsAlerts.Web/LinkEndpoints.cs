using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>
/// What signed links in messages lead to: an alert, its chart, and a page that silences it. A GET changes nothing, as chats look at
/// links before people do.
/// </summary>
internal static class LinkEndpoints
{
    private static readonly TimeSpan SilenceFor = TimeSpan.FromHours(4);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/links/chart.png",
            (HttpRequest request, SignedLinks links, AlertStore alerts, IAlertChart chart, CancellationToken cancellation) =>
            WithAlertAsync(
                "chart.png",
                request,
                links,
                alerts,
                alert => chart.Draw(alert) is { } png ? Results.Bytes(png, "image/png") : Results.NotFound(),
                cancellation));
        routes.MapGet(
            "/links/alert",
            async (HttpRequest request, SignedLinks links, AlertStore alerts, DeliveryStates deliveries, CancellationToken cancellation) =>
        {
            Alert? shown = null;
            var refused = await WithAlertAsync("alert", request, links, alerts, alert => Results.Ok(shown = alert), cancellation);
            return shown is null ? refused : Html(AlertPage.Show(shown, await deliveries.ListAsync(shown, cancellation), links));
        });
        routes.MapGet("/links/silence", (HttpRequest request, SignedLinks links, AlertStore alerts, CancellationToken cancellation) =>
            WithAlertAsync("silence", request, links, alerts, alert => Html(AlertPage.Ask(alert)), cancellation));
        routes.MapPost(
            "/links/silence",
            async (HttpRequest request, SignedLinks links, AlertStore alerts, SilenceStore silences, CancellationToken cancellation) =>
        {
            Alert? silenced = null;
            var answer = await WithAlertAsync(
                "silence", request, links, alerts, alert => Html(AlertPage.Confirm(silenced = alert)), cancellation);
            if (silenced is not { } alert)
                return answer;
            try
            {
                await silences.AddForAlertAsync(alert.Key.Id, MatchOf(alert), SilenceFor, "link", "Silenced from a message", cancellation);
                return answer;
            }
            catch (SilenceRefusedException exception)
            {
                return Results.Problem(exception.Message, statusCode: StatusCodes.Status409Conflict);
            }
        });
    }

    /// <summary>This alert and no other: a <c>*</c> in a name stands for itself.</summary>
    private static AlertMatcher MatchOf(Alert alert) => new(new Dictionary<string, Glob>
    {
        ["rule"] = Glob.Exact(alert.Key.Rule),
        ["deploymentId"] = Glob.Exact(alert.Key.DeploymentId),
        ["instance"] = Glob.Exact(alert.Key.Instance),
        ["metric"] = Glob.Exact(alert.Key.Metric),
    });

    private static async Task<IResult> WithAlertAsync(
        string page,
        HttpRequest request,
        SignedLinks links,
        AlertStore alerts,
        Func<Alert, IResult> answer,
        CancellationToken cancellationToken)
    {
        // The address holds the signature: it must not travel on as a referrer.
        request.HttpContext.Response.Headers["Referrer-Policy"] = "no-referrer";
        request.HttpContext.Response.Headers.ContentSecurityPolicy = AlertPage.ContentSecurityPolicy;
        request.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        var (deployment, id) = (request.Query["deployment"].ToString(), request.Query["alert"].ToString());
        if (!links.IsValid(page, deployment, id, request.Query["expires"].ToString(), request.Query["sig"].ToString()))
            return Results.Problem("The link is not valid, or no longer.", statusCode: StatusCodes.Status403Forbidden);
        return await alerts.FindAsync(deployment, id, cancellationToken) is { } alert ? answer(alert) : Results.NotFound();
    }

    private static IResult Html(string page) => Results.Text(page, "text/html; charset=utf-8");
}

using System.Net;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>What signed links in messages lead to: the chart of an alert, and a page that silences it. A GET changes nothing, as chats look at links before people do.</summary>
internal static class LinkEndpoints
{
    private static readonly TimeSpan SilenceFor = TimeSpan.FromHours(4);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/links/chart.png", (HttpRequest request, SignedLinks links, AlertStore alerts, IAlertChart chart, CancellationToken cancellation) =>
            WithAlertAsync("chart.png", request, links, alerts, alert => Results.Bytes(chart.Draw(alert), "image/png"), cancellation));
        routes.MapGet("/links/silence", (HttpRequest request, SignedLinks links, AlertStore alerts, CancellationToken cancellation) =>
            WithAlertAsync("silence", request, links, alerts, alert => Page(request, alert, "Silence it for 4 hours?", withButton: true), cancellation));
        routes.MapPost("/links/silence", async (HttpRequest request, SignedLinks links, AlertStore alerts, SilenceStore silences, TimeProvider time, CancellationToken cancellation) =>
        {
            AlertMessage? silenced = null;
            var answer = await WithAlertAsync("silence", request, links, alerts, alert => Page(request, silenced = alert, "It is silenced for 4 hours.", withButton: false), cancellation);
            if (silenced is { } target)
            {
                var now = time.GetUtcNow();
                await silences.AddAsync(MatchOf(target), now, now + SilenceFor, "link", "Silenced from a message", cancellation);
            }

            return answer;
        });
    }

    private static AlertMatcher MatchOf(AlertMessage alert) => new(new Dictionary<string, Glob>
    {
        ["rule"] = new(alert.Transition.Rule),
        ["deploymentId"] = new(alert.Deployment.Id),
        ["instance"] = new(alert.Transition.Instance),
        ["metric"] = new(alert.Transition.Metric),
    });

    private static async Task<IResult> WithAlertAsync(
        string page, HttpRequest request, SignedLinks links, AlertStore alerts, Func<AlertMessage, IResult> answer, CancellationToken cancellationToken)
    {
        var (deployment, id) = (request.Query["deployment"].ToString(), request.Query["alert"].ToString());
        if (!links.IsValid(page, deployment, id, request.Query["expires"].ToString(), request.Query["sig"].ToString()))
            return Results.Problem("The link is not valid, or no longer.", statusCode: StatusCodes.Status403Forbidden);
        await foreach (var record in alerts.ListAsync(deployment, cancellationToken))
        {
            if (record.Last.Transition.AlertId == id)
                return answer(record.Last);
        }

        return Results.NotFound();
    }

    private static IResult Page(HttpRequest request, AlertMessage alert, string question, bool withButton)
    {
        request.HttpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'";
        var button = withButton ? "<form method=\"post\"><button style=\"font-size:1rem;padding:.5rem 1rem\">Silence</button></form>" : "";
        return Results.Text(
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Silence</title><body style=\"font-family:sans-serif;margin:2rem\">" +
            $"<h1>{WebUtility.HtmlEncode(NotificationContent.Of(alert).Title)}</h1><p>{question}</p>{button}</body></html>",
            "text/html; charset=utf-8");
    }
}

using System.Text.Json;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>The HTTP API, the same in every head: what is open, and whether the process is well. It only reads.</summary>
public static class MetricsAlertsEndpoints
{
    /// <summary>Maps <c>/healthz</c> and <c>/api</c>.</summary>
    public static IEndpointRouteBuilder MapMetricsAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok"));
        routes.MapGet("/api/alerts", ListAlertsAsync);
        routes.MapGet("/api/rules", ListRulesAsync);
        return routes;
    }

    private static async Task<IResult> ListAlertsAsync(HttpRequest request, AlertStore alerts, CancellationToken cancellationToken)
    {
        var found = new List<AlertMessage>();
        await foreach (var alert in alerts.ListAsync(openOnly: request.Query["all"] != "true", cancellationToken))
            found.Add(alert);
        return Results.Text($"[{string.Join(",", found.Select(alert => JsonSerializer.Serialize(alert, AlertJson.Default.AlertMessage)))}]", "application/json");
    }

    private static async Task<IResult> ListRulesAsync(RuleStore rules, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        return Results.Json(ruleSet.Rules.Select(rule => new { rule.Name, metric = rule.Metric.Text, when = rule.When.ToYaml(), @for = rule.For.ToString(), rule.Enabled }));
    }
}

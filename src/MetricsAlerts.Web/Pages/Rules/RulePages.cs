using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Web.Pages.Rules;

/// <summary>The rules: what each matches, how it stands, and whom it notifies.</summary>
internal static class RulePages
{
    public static void Map(IEndpointRouteBuilder pages, PageRenderer renderer)
    {
        pages.MapGet("/rules", async (
            HttpContext http, FleetReader fleet, IOptions<RoutingOptions> routing, CancellationToken cancellation) =>
        {
            var found = await fleet.ReadAsync(cancellation);
            var rules = RuleView.Of(found, routing.Value)
                .OrderByDescending(rule => rule.NotifiesNobody).ThenByDescending(rule => rule.MatchesNothing)
                .ThenByDescending(rule => rule.Count(SeriesStanding.Critical)).ThenByDescending(rule => rule.Count(SeriesStanding.Warning))
                .ThenBy(rule => rule.Rule.Name, StringComparer.Ordinal).ToList();
            return await renderer.PageAsync<RulesPage, RulesModel>(http, "Rules", "Rules", new(rules, found.Rules.Unreadable));
        });
        pages.MapGet("/rules/{name}", async (
            HttpContext http, string name, FleetReader fleet, IOptions<RoutingOptions> routing, CancellationToken cancellation) =>
            RuleView.Of(await fleet.ReadAsync(cancellation), routing.Value).FirstOrDefault(rule => rule.Rule.Name == name) is { } found
                ? await renderer.PageAsync<RulePage, RuleView>(http, $"Rule {name}", "Rules", found)
                : await renderer.MissingAsync(http, $"There is no rule '{name}'."));
    }
}

/// <summary>What the page of all rules shows.</summary>
/// <param name="Rules">The rules, those that need somebody first.</param>
/// <param name="Unreadable">Stored rules that cannot be read.</param>
public sealed record RulesModel(IReadOnlyList<RuleView> Rules, IReadOnlySet<string> Unreadable);

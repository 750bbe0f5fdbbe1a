using MetricsAlerts.Operations;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Web.Pages.Overview;

/// <summary>What is open, the worst first, and how every deployment is.</summary>
internal static class OverviewEndpoint
{
    private const int MostPending = 30;
    private const int MostClosed = 10;
    private const int MostRemarks = 20;

    public static void Map(IEndpointRouteBuilder pages, PageRenderer renderer) => pages.MapGet(
        "/",
        async (HttpContext http, int? cards, int? grid, [AsParameters] OverviewServices services) =>
        {
            var model = await BuildAsync(
                http.Request.Query, Math.Max(0, cards ?? 0), Math.Max(0, grid ?? 0), services, http.RequestAborted);
            var title = model.Open == 0 ? "Nothing is open" : $"{Words.Count(model.Open, "alert")} open";
            return await renderer.PageAsync<OverviewPage, OverviewModel>(http, title, "Overview", model);
        });

    private static async Task<OverviewModel> BuildAsync(
        IQueryCollection query, int firstCard, int firstRow, OverviewServices services, CancellationToken cancellationToken)
    {
        var fleet = await services.Fleet.ReadAsync(cancellationToken);
        var muted = await services.Standings.MutedAsync(fleet, cancellationToken);
        var filter = AlertFilter.Read(query, fleet.Rules);
        var open = fleet.Open.Where(filter.Matches).ToList();
        var cards = AlertCard.Of(open, muted);
        var shown = await NotifyAsync([.. cards.Skip(firstCard).Take(OverviewModel.CardsOnPage)], services, cancellationToken);
        var report = (await services.Ticks.ReadAsync(cancellationToken)).Last?.Report;
        return new(filter, await TilesAsync(fleet, muted, services, cancellationToken), shown, MetricGrid.Of(fleet.Deployments, firstRow))
        {
            Open = open.Count,
            AllCards = cards.Count,
            FirstCard = firstCard,
            FirstRow = firstRow,
            Pending = [.. fleet.Pending.Take(MostPending)],
            Closed = [.. fleet.Closed.Where(filter.Matches).Take(MostClosed)],
            Problems = [.. report?.Failures.Take(MostRemarks) ?? []],
            Notes = [.. report?.Notes.Take(MostRemarks) ?? []],
        };
    }

    private static async Task<IReadOnlyList<AlertCard>> NotifyAsync(
        IReadOnlyList<AlertCard> cards, OverviewServices services, CancellationToken cancellationToken)
    {
        var notified = await services.Standings.NotifiedAsync(cards.SelectMany(card => card.Shown), cancellationToken);
        var place = 0;
        return [.. cards.Select(card =>
        {
            var ofCard = notified.Skip(place).Take(card.Shown.Count).ToList();
            place += ofCard.Count;
            return card with { Notified = ofCard };
        })];
    }

    private static async Task<IReadOnlyList<Tile>> TilesAsync(
        Fleet fleet, IReadOnlyDictionary<string, MutedView> muted, OverviewServices services, CancellationToken cancellationToken)
    {
        var rules = RuleView.Of(fleet, services.Routing.Value);
        var failing = await services.Channels.CountFailingAsync(cancellationToken);
        var letters = (await services.DeadLetters.ListAsync(mostOfEach: 100, cancellationToken)).Count;
        var nobody = rules.Count(rule => rule.NotifiesNobody);
        var tiles = new List<Tile>
        {
            new(fleet.Open.Count(alert => alert.Severity == Severity.Critical), "critical", "/?severity=critical", "crit"),
            new(fleet.Open.Count(alert => alert.Severity == Severity.Warning), "warning", "/?severity=warning", "warn"),
            new(fleet.Pending.Count(), "pending", "/#pending", "pend"),
            new(muted.Count, "held back", "/silences", ""),
        };
        if (rules.Count(rule => rule.MatchesNothing) is > 0 and var idle)
            tiles.Add(new(idle, idle == 1 ? "rule matches nothing" : "rules match nothing", "/rules#nothing", "warn"));
        if (nobody > 0)
            tiles.Add(new(nobody, nobody == 1 ? "rule notifies nobody" : "rules notify nobody", "/rules#nobody", "crit"));
        if (failing > 0)
            tiles.Add(new(failing, failing == 1 ? "channel fails" : "channels fail", "/channels", "crit"));
        if (letters > 0)
            tiles.Add(new(letters, letters == 1 ? "dead letter" : "dead letters", "/dead-letters", "crit"));
        return tiles;
    }
}

/// <summary>What the overview is made of.</summary>
internal sealed record OverviewServices(
    FleetReader Fleet, AlertStandings Standings, TickStatus Ticks, ChannelReader Channels, DeadLetterQueues DeadLetters,
    IOptions<RoutingOptions> Routing);

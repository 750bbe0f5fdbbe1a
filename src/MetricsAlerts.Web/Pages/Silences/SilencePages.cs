using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace MetricsAlerts.Web.Pages.Silences;

/// <summary>Silences: what holds, what a new one would mute now, and ending one.</summary>
internal static class SilencePages
{
    private const string Address = "/silences";
    private const int MostOver = 50;

    /// <summary>Fields of the form that are no labels.</summary>
    private static readonly string[] Others = ["duration", "who", "comment", "then"];

    public static void Map(IEndpointRouteBuilder pages, IEndpointRouteBuilder forms, PageRenderer renderer)
    {
        pages.MapGet(Address, async (
            HttpContext http, SilenceStore silences, FleetReader fleet, TimeProvider time, CancellationToken cancel) =>
            await renderer.PageAsync<SilencesPage, SilencesModel>(
                http, "Silences", "Silences", await ListAsync(silences, fleet, time, cancel)));
        pages.MapGet($"{Address}/new", async (HttpContext http, FleetReader fleet, CancellationToken cancel) =>
        {
            var draft = await PreviewAsync(Read(http.Request.Query.SelectMany(Pairs), Who.Of(http)), fleet, cancel);
            return await renderer.PageAsync<NewSilencePage, SilenceDraft>(http, "New silence", "Silences", draft);
        });
        forms.MapPost(Address, async (
            HttpContext http, SilenceStore silences, FleetReader fleet, TimeProvider time, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            var draft = Read(form.SelectMany(Pairs), Who.Of(http));
            try
            {
                var silence = await AddAsync(draft, silences, time, cancel);
                Who.Remember(http, draft.Who);
                return Notice.Redirect(http, Address, $"{silence.Match} is silenced until {Words.Utc(silence.End)}.");
            }
            catch (SilenceRefusedException exception)
            {
                var refused = await PreviewAsync(draft, fleet, cancel) with { Problem = exception.Message };
                return await renderer.PageAsync<NewSilencePage, SilenceDraft>(
                    http, "New silence", "Silences", refused, StatusCodes.Status400BadRequest);
            }
        });
        forms.MapPost($"{Address}/{{id}}/end", async (HttpContext http, string id, SilenceExpiry expiry, CancellationToken cancel) =>
        {
            var then = LocalAddress.Of((await http.Request.ReadFormAsync(cancel))["then"], Address);
            return Notice.Redirect(http, then, await expiry.ExpireAsync(id, cancel) ? "The silence is over." : "It was over already.");
        });
    }

    private static async Task<SilencesModel> ListAsync(
        SilenceStore silences, FleetReader reader, TimeProvider time, CancellationToken cancellationToken)
    {
        var (now, all, fleet) = (
            time.GetUtcNow(), await silences.ListAsync(cancellationToken), await reader.ReadAsync(cancellationToken));
        return new(
            [.. all.Where(silence => silence.End > now).OrderBy(silence => silence.End)
                .Select(silence => (silence, silence.IsOn(now) ? fleet.Open.Count(silence.Match.Matches) : 0))],
            [.. all.Where(silence => silence.End <= now).OrderByDescending(silence => silence.End).Take(MostOver)]);
    }

    private static async Task<Silence> AddAsync(
        SilenceDraft draft, SilenceStore silences, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Durations.TryParse(draft.Duration, out var duration))
            throw new SilenceRefusedException($"duration: found '{draft.Duration}'; expected {Durations.Allowed}.");
        if (draft.Who.Length == 0)
            throw new SilenceRefusedException("Say who you are: others want to know whom to ask.");
        return await silences.AddAsync(MatchOf(draft), time.GetUtcNow(), duration, draft.Who, draft.Comment, cancellationToken);
    }

    private static async Task<SilenceDraft> PreviewAsync(SilenceDraft draft, FleetReader reader, CancellationToken cancellationToken)
    {
        var fleet = await reader.ReadAsync(cancellationToken);
        if (draft.Labels.Count == 0)
            return draft with { Open = fleet.Open.Count };
        try
        {
            var match = MatchOf(draft);
            if (match.FindMistake(fleet.Rules.Rules.SelectMany(rule => rule.Labels.Keys)) is { } mistake)
                return draft with { Problem = mistake, Open = fleet.Open.Count };
            return draft with
            {
                Mutes = [.. fleet.Open.Where(match.Matches)],
                Open = fleet.Open.Count,
                ByLabel = match.Globs.ToDictionary(
                    glob => glob.Key,
                    glob => fleet.Open.Count(alert => AlertLabels.Of(alert, glob.Key) is { } value && glob.Value.Matches(value))),
            };
        }
        catch (SilenceRefusedException exception)
        {
            return draft with { Problem = exception.Message, Open = fleet.Open.Count };
        }
    }

    private static AlertMatcher MatchOf(SilenceDraft draft) =>
        SilenceRequest.ReadMatch(draft.Labels.Select(label => (label.Label, (string?)label.Glob)));

    private static SilenceDraft Read(IEnumerable<(string Key, string Value)> fields, string who)
    {
        var all = fields.Select(field => (field.Key, Value: field.Value.Trim())).Where(field => field.Value.Length > 0).ToList();
        return new(
            [.. all.Where(field => !Others.Contains(field.Key))],
            Last("duration", "4h"),
            Last("who", who),
            Last("comment", ""));

        string Last(string key, string otherwise) => all.LastOrDefault(field => field.Key == key) is { Key: not null } found
            ? found.Value
            : otherwise;
    }

    private static IEnumerable<(string Key, string Value)> Pairs(KeyValuePair<string, StringValues> field) =>
        field.Value.Select(value => (field.Key, value ?? ""));
}

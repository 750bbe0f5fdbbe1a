using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.Alerts;

/// <summary>Everything about one alert, and silencing it.</summary>
internal static class AlertEndpoint
{
    private const string Address = "/alerts/{deployment}/{id}";

    /// <summary>The windows that are shown when nobody asks for more: what led to it has to be among them.</summary>
    private const int FewestWindows = 48;
    private const int MostWindows = 240;

    public static void Map(IEndpointRouteBuilder pages, IEndpointRouteBuilder forms, PageRenderer renderer)
    {
        pages.MapGet(Address, async (
            string deployment, string id, int? windows, HttpContext http, [AsParameters] AlertServices services,
            CancellationToken cancellation) =>
            await ShowAsync(renderer, http, deployment, id, windows, problem: "", services, cancellation));
        forms.MapPost($"{Address}/silence", async (
            string deployment, string id, HttpContext http, [AsParameters] AlertServices services, SilenceStore silences,
            TimeProvider time, CancellationToken cancellation) =>
        {
            if (await services.Alerts.FindAsync(deployment, id, cancellation) is not { } alert)
                return await MissingAsync(renderer, http);
            var form = await http.Request.ReadFormAsync(cancellation);
            var (who, text) = (form["who"].ToString().Trim(), form["duration"].ToString());
            try
            {
                if (!Durations.TryParse(text, out var duration))
                    throw new SilenceRefusedException($"duration: found '{text}'; expected {Durations.Allowed}.");
                if (who.Length == 0)
                    throw new SilenceRefusedException("Say who you are: others want to know whom to ask.");
                await silences.AddAsync(
                    MatchOf(alert), time.GetUtcNow(), duration, who, form["comment"].ToString().Trim(), cancellation);
                Who.Remember(http, who);
                return Notice.Redirect(http, Words.AlertAddress(alert.Key), $"It is silenced for {Durations.Format(duration)}.");
            }
            catch (SilenceRefusedException exception)
            {
                return await ShowAsync(renderer, http, deployment, id, windows: null, exception.Message, services, cancellation);
            }
        });
    }

    private static async Task<IResult> ShowAsync(
        PageRenderer renderer, HttpContext http, string deployment, string id, int? windows, string problem, AlertServices services,
        CancellationToken cancellationToken)
    {
        if (await services.Alerts.FindAsync(deployment, id, cancellationToken) is not { } alert)
            return await MissingAsync(renderer, http);
        var key = alert.Key;
        var fleet = await services.Fleet.ReadAsync(cancellationToken);
        var muted = await services.Standings.MutedAsync(fleet, cancellationToken);
        var view = await services.Fleet.FindAsync(deployment, key.Instance, cancellationToken);
        var series = view?.Series.FirstOrDefault(one => one.Name == new SeriesName(key.Metric, key.Bucket));
        var rule = (await services.Rules.GetAsync(cancellationToken)).FindEnabled(key.Rule);
        var judged = JudgedOf(rule, series, view);
        var asked = Math.Clamp(windows ?? WindowsFor(alert, judged), 2, Math.Max(2, judged.Count));
        var model = new AlertModel(alert, series, rule)
        {
            Windows = [.. judged.Skip(Math.Max(0, judged.Count - asked))],
            Kept = judged.Count,
            Notified = (await services.Standings.NotifiedAsync([alert], cancellationToken))[0],
            Muted = muted.GetValueOrDefault(key.Id),
            Timeline = await services.Timeline.ReadAsync(alert, cancellationToken),
            Others = [.. fleet.Open.Where(other => other.Key.DeploymentId == key.DeploymentId && other.Key != key).Take(10)],
            Who = Who.Of(http),
            Problem = problem,
        };
        var title = $"{AlertWords.State(alert)}: {alert.Deployment.Label}, {AlertWords.Headline([alert])}";
        return await renderer.PageAsync<AlertView, AlertModel>(
            http, title, section: "", model, problem.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
    }

    /// <summary>As the rule finds the windows today; without a rule, as they are.</summary>
    private static IReadOnlyList<JudgedWindow> JudgedOf(CompiledRule? rule, SeriesView? series, DeploymentView? view) =>
        series is null ? []
        : rule is null ? [.. series.Windows.Select(window => new JudgedWindow(window, default, SeriesStanding.Unwatched))]
        : JudgedSeries.Judge(rule, series, view!.Series);

    private static int WindowsFor(Alert alert, IReadOnlyList<JudgedWindow> judged)
    {
        var since = judged.Count(window => window.Window.End > alert.Since);
        return Math.Clamp(since + (FewestWindows / 2), FewestWindows, MostWindows);
    }

    private static Task<IResult> MissingAsync(PageRenderer renderer, HttpContext http) =>
        renderer.MissingAsync(http, "There is no such alert, or it was over for more than a week.");

    /// <summary>This alert and no other: a <c>*</c> in a name stands for itself.</summary>
    private static AlertMatcher MatchOf(Alert alert) => new(new Dictionary<string, Glob>
    {
        ["rule"] = Glob.Exact(alert.Key.Rule),
        ["deploymentId"] = Glob.Exact(alert.Key.DeploymentId),
        ["instance"] = Glob.Exact(alert.Key.Instance),
        ["metric"] = Glob.Exact(alert.Key.Metric),
    });
}

/// <summary>What the page of an alert is made of.</summary>
internal sealed record AlertServices(
    AlertStore Alerts, FleetReader Fleet, AlertStandings Standings, AlertTimeline Timeline, RuleStore Rules);

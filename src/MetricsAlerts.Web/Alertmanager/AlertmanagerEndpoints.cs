using System.Text;
using System.Text.Json;
using MetricsAlerts.Rules;
using MetricsAlerts.Web.Requests;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Web.Alertmanager;

/// <summary>
/// Alertmanager's API v2, so that its clients (<c>amtool</c>, Karma) read our alerts and make silences. Alerts cannot be posted: they come
/// from DataRobot's metrics.
/// </summary>
internal static class AlertmanagerEndpoints
{
    /// <summary>The version of Alertmanager whose API this is.</summary>
    private const string Version = "0.28.0";

    public static void Map(IEndpointRouteBuilder routes, ApiAccess access)
    {
        var began = routes.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        var api = routes.MapGroup("/api/v2");
        api.AddEndpointFilterFactory(KnownQueryOnly.Create);
        api.MapGet("/status", async (RuleStore rules, CancellationToken cancellation) => Results.Ok(
            StatusOf(await rules.GetAsync(cancellation), began))).Require(access, ApiRole.Reader);
        api.MapGet("/receivers", async (RuleStore rules, CancellationToken cancellation) => Results.Ok(
            ReceiversOf(await rules.GetAsync(cancellation)))).Require(access, ApiRole.Reader);
        api.MapGet("/alerts", AlertsAsync).Require(access, ApiRole.Reader);
        api.MapGet("/alerts/groups", GroupsAsync).Require(access, ApiRole.Reader);
        api.MapGet("/silences", SilencesAsync).Require(access, ApiRole.Reader);
        api.MapPost("/silences", SaveAsync).Require(access, ApiRole.Operator);
        api.MapGet("/silence/{id}", FindAsync).Require(access, ApiRole.Reader);
        api.MapDelete("/silence/{id}", ExpireAsync).Require(access, ApiRole.Operator);
    }

    private static async Task<IResult> AlertsAsync(
        [AsParameters] AlertsQuery query, AlertmanagerAlerts alerts, CancellationToken cancellationToken)
    {
        // Alerts are evaluated and routed in one go: there is none that is still to be processed.
        Flag("unprocessed", query.Unprocessed);
        var silenced = Flag("silenced", query.Silenced);
        return Results.Ok(await alerts.ListAsync(
            new(
                Matchers(query.Filter), Flag("active", query.Active), silenced, Flag("inhibited", query.Inhibited), Muted: silenced,
                Expression(query.Receiver)),
            cancellationToken));
    }

    private static async Task<IResult> GroupsAsync(
        [AsParameters] GroupsQuery query, AlertmanagerAlerts alerts, CancellationToken cancellationToken) =>
        Results.Ok(await alerts.GroupAsync(
            new(
                Matchers(query.Filter), Flag("active", query.Active), Flag("silenced", query.Silenced), Flag("inhibited", query.Inhibited),
                Flag("muted", query.Muted), Expression(query.Receiver)),
            cancellationToken));

    private static async Task<IResult> SilencesAsync(
        [FromQuery(Name = "filter")] string[]? filter, AlertmanagerSilences silences, CancellationToken cancellationToken) =>
        Results.Ok(await silences.ListAsync(Matchers(filter), cancellationToken));

    private static async Task<IResult> SaveAsync(HttpRequest http, AlertmanagerSilences silences, CancellationToken cancellationToken)
    {
        if (!http.HasJsonContentType())
            return new ApiProblem(
                StatusCodes.Status415UnsupportedMediaType, $"The content type is '{http.ContentType}'; expected application/json.");
        PostableSilence? asked;
        try
        {
            asked = await http.ReadFromJsonAsync<PostableSilence>(cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new RequestRefusedException($"The body is no JSON that can be read: {exception.Message}");
        }

        return await silences.SaveAsync(asked ?? new(null, null, null, null, null, null), cancellationToken) is { } id
            ? Results.Ok(new SilenceMade(id))
            : NotThere(asked?.Id ?? "");
    }

    private static async Task<IResult> FindAsync(string id, AlertmanagerSilences silences, CancellationToken cancellationToken) =>
        await silences.FindAsync(id, cancellationToken) is { } silence ? Results.Ok(silence) : NotThere(id);

    private static async Task<IResult> ExpireAsync(string id, AlertmanagerSilences silences, CancellationToken cancellationToken) =>
        await silences.ExpireAsync(id, cancellationToken) ? Results.Ok() : NotThere(id);

    private static ApiProblem NotThere(string id) => new(StatusCodes.Status404NotFound, $"There is no silence '{id}'.");

    private static StatusResponse StatusOf(RuleSet rules, DateTimeOffset began) => new(
        new("disabled", []),
        new(Version, "", "metrics-alerts", "", "", ""),
        new(ConfigurationOf(rules)),
        began);

    private static IEnumerable<Receiver> ReceiversOf(RuleSet rules) =>
        rules.Channels.Keys.Order(StringComparer.Ordinal).Select(name => new Receiver(name));

    /// <summary>JSON is YAML.</summary>
    private static string ConfigurationOf(RuleSet rules)
    {
        var names = rules.Channels.Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("nobody").ToList();
        var text = new StringBuilder($"route: {{ receiver: {Quote(names[0])} }}\nreceivers:\n");
        foreach (var name in names)
            text.Append($"  - name: {Quote(name)}\n");
        return text.ToString();
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, ResponseJson.Options);

    private static IReadOnlyList<Matcher> Matchers(string[]? filters) => [.. (filters ?? []).Select(Matcher.Parse)];

    private static System.Text.RegularExpressions.Regex? Expression(string? receiver) =>
        string.IsNullOrEmpty(receiver) ? null : Matcher.Whole("receiver", receiver);

    private static bool Flag(string name, string? text) => text switch
    {
        null or "true" => true,
        "false" => false,
        _ => throw new RequestRefusedException($"{name}: found '{text}'; expected true or false."),
    };

    /// <summary>Which alerts are asked for.</summary>
    internal sealed record AlertsQuery
    {
        [FromQuery(Name = "active")]
        public string? Active { get; init; }

        [FromQuery(Name = "silenced")]
        public string? Silenced { get; init; }

        [FromQuery(Name = "inhibited")]
        public string? Inhibited { get; init; }

        [FromQuery(Name = "unprocessed")]
        public string? Unprocessed { get; init; }

        [FromQuery(Name = "receiver")]
        public string? Receiver { get; init; }

        [FromQuery(Name = "filter")]
        public string[]? Filter { get; init; }
    }

    /// <summary>Which groups are asked for.</summary>
    internal sealed record GroupsQuery
    {
        [FromQuery(Name = "active")]
        public string? Active { get; init; }

        [FromQuery(Name = "silenced")]
        public string? Silenced { get; init; }

        [FromQuery(Name = "inhibited")]
        public string? Inhibited { get; init; }

        [FromQuery(Name = "muted")]
        public string? Muted { get; init; }

        [FromQuery(Name = "receiver")]
        public string? Receiver { get; init; }

        [FromQuery(Name = "filter")]
        public string[]? Filter { get; init; }
    }
}

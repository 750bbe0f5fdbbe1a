using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Web.Pages.Overview;

/// <summary>Which alerts somebody wants to see, as the address of the page says it: a label and a glob for each of some labels.</summary>
public sealed record AlertFilter
{
    /// <summary>Parameters of the address that are no labels.</summary>
    private static readonly string[] Others = ["cards", "grid"];

    /// <summary>Every alert.</summary>
    public static AlertFilter None { get; } = new();

    /// <summary>What is asked for.</summary>
    public AlertMatcher Match { get; private init; } = AlertMatcher.Any;

    /// <summary>Why nothing can be found like this; empty when something can.</summary>
    public string Problem { get; private init; } = "";

    /// <summary>Reads it; what is left empty in the form is not asked for.</summary>
    public static AlertFilter Read(IQueryCollection query, RuleSet rules)
    {
        try
        {
            var match = SilenceRequest.ReadMatch(
                from pair in query
                where !Others.Contains(pair.Key)
                from value in pair.Value
                where !string.IsNullOrWhiteSpace(value)
                select (pair.Key, (string?)value.Trim()));
            return match.FindMistake(rules.Rules.SelectMany(rule => rule.Labels.Keys)) is { } mistake
                ? new() { Problem = mistake }
                : new() { Match = match };
        }
        catch (SilenceRefusedException exception)
        {
            return new() { Problem = exception.Message };
        }
    }

    /// <summary>What is asked of a label; empty for nothing.</summary>
    public string Of(string label) => Match.Globs.TryGetValue(label, out var glob) ? glob.Text : "";

    /// <summary>Whether an alert is wanted.</summary>
    public bool Matches(Alert alert) => Match.Matches(alert);

    /// <summary>The overview's address with this label asked for too.</summary>
    public string With(string label, string value) => Address(
        Match.Globs.Where(glob => glob.Key != label).Select(glob => (glob.Key, glob.Value.Text)).Append((label, value)));

    /// <summary>The overview's address without this label.</summary>
    public string Without(string label) =>
        Address(Match.Globs.Where(glob => glob.Key != label).Select(glob => (glob.Key, glob.Value.Text)));

    /// <summary>The overview's address from this place of a list on.</summary>
    public string From(string list, int place) =>
        Address(Match.Globs.Select(glob => (glob.Key, glob.Value.Text)).Append((list, $"{place}")));

    /// <summary>The address of a page with these parameters.</summary>
    public static string Address(IEnumerable<(string Key, string Value)> parameters, string page = "/")
    {
        var query = string.Join(
            '&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        return query.Length == 0 ? page : $"{page}?{query}";
    }
}

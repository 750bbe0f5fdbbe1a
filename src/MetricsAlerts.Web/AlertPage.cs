using System.Net;
using System.Text;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Web;

/// <summary>The pages that signed links in messages lead to, as HTML without scripts.</summary>
internal static class AlertPage
{
    /// <summary>What the pages may load: nothing but their own style and pictures of this host.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string Style =
        """
        :root{color-scheme:light dark}body{font:16px/1.5 "Segoe UI",system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.3rem;color:#fff;padding:.6rem .8rem;border-radius:.3rem}
        .critical{background:#a4262c}.warning{background:#8a6116}.good{background:#107c10}
        table{border-collapse:collapse}th{text-align:left;font-weight:600;padding:.15rem 1rem .15rem 0;vertical-align:top}
        img{max-width:100%;background:#fff;border-radius:.3rem}
        a.button,button{display:inline-block;font:inherit;padding:.4rem .9rem;margin:.2rem .4rem .2rem 0;border:1px solid currentColor}
        a.button,button{border-radius:.3rem;background:none;color:inherit;text-decoration:none;cursor:pointer}
        """;

    /// <summary>Everything about an alert: what its messages say, the chart, and who was notified.</summary>
    public static string Show(Alert alert, IReadOnlyList<DeliveryState> deliveries, SignedLinks links)
    {
        var content = ContentOf(alert);
        var html = new StringBuilder().Append($"<p>{Encode(content.Summary)}</p>");
        if (content.Description is { } description)
            html.Append($"<p>{Encode(description)}</p>");
        html.Append($"<p><img src=\"{Encode(links.Chart(alert)!.Query.Insert(0, "chart.png"))}\" alt=\"The last windows: " +
            $"{Encode(content.Sparkline)}\"></p><table>");
        foreach (var (name, value) in content.Facts.Append(("Notified", NotifiedOf(alert, deliveries))))
            html.Append($"<tr><th scope=\"row\">{Encode(name)}</th><td>{Encode(value)}</td></tr>");
        html.Append("</table><p>");
        foreach (var (title, address) in content.Links)
            html.Append($"<a class=\"button\" rel=\"noreferrer\" href=\"{Encode(address.AbsoluteUri)}\">{Encode(title)}</a>");
        if (content.IsOpen)
            html.Append($"<a class=\"button\" href=\"{Encode(links.Silence(alert)!.Query.Insert(0, "silence"))}\">Silence 4 h</a>");
        return Page(content, html.Append("</p>").ToString());
    }

    /// <summary>Asks whether to silence an alert.</summary>
    public static string Ask(Alert alert) =>
        Page(ContentOf(alert), "<p>Silence it for 4 hours?</p><form method=\"post\"><button>Silence</button></form>");

    /// <summary>Says that an alert is silenced.</summary>
    public static string Confirm(Alert alert) => Page(ContentOf(alert), "<p>It is silenced for 4 hours.</p>");

    private static NotificationContent ContentOf(Alert alert) =>
        NotificationContent.Of([new(alert, alert.IsOpen ? Change.Fired : Change.Resolved)]);

    private static string NotifiedOf(Alert alert, IReadOnlyList<DeliveryState> deliveries) => deliveries.Count == 0
        ? alert.MissingChannels is [var missing, ..]
            ? $"nobody: there is no channel '{missing}'"
            : "nobody: no rule or route names a channel"
        : string.Join(", ", deliveries.Select(NotifiedOf));

    private static string NotifiedOf(DeliveryState delivery)
    {
        var heard = delivery.LastWord == Change.None ? "nothing yet" : $"{delivery.LastWord} at {delivery.At:yyyy-MM-dd HH:mm 'UTC'}";
        var why = delivery.Held.Length > 0 ? delivery.Held : delivery.Problem;
        return $"{delivery.Channel}: " +
            $"{heard}{(delivery.Pending == Change.None ? "" : $", {delivery.Pending} waits")}{(why.Length > 0 ? $" ({why})" : "")}";
    }

    private static string Page(NotificationContent content, string body)
    {
        var colour = !content.IsOpen ? "good" : content.Severity == Severity.Critical ? "critical" : "warning";
        return $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" " +
            $"content=\"width=device-width,initial-scale=1\"><title>{Encode(content.Title)}</title><style>{Style}</style></head>" +
            $"<body><h1 class=\"{colour}\">{Encode(content.Title)}</h1>{body}</body></html>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

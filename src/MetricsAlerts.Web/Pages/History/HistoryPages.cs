using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.History;

/// <summary>What happened on a day: every change of an alert and every message about one.</summary>
internal static class HistoryPages
{
    private const string Format = "yyyy-MM-dd";

    public static void Map(IEndpointRouteBuilder pages, PageRenderer renderer) => pages.MapGet("/history", async (
        HttpContext http, string? day, int? from, HistoryStore history, TimeProvider time, CancellationToken cancellation) =>
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var isDay = DateOnly.TryParseExact(day, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked);
        var shown = isDay ? asked : today;
        var entries = new List<HistoryEntry>();
        await foreach (var entry in history.ListAsync(shown, cancellation))
            entries.Add(entry);
        entries.Reverse();
        var model = new HistoryModel(shown, today, Math.Max(0, from ?? 0), entries)
        {
            Problem = isDay || string.IsNullOrEmpty(day) ? "" : $"day: found '{day}'; expected a date such as 2026-01-05.",
        };
        return await renderer.PageAsync<HistoryPage, HistoryModel>(http, $"History of {HistoryModel.Text(shown)}", "History", model);
    });
}

/// <summary>What the page shows.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Today">Today.</param>
/// <param name="From">The first entry of this page.</param>
/// <param name="Entries">Everything of the day, the newest first.</param>
public sealed record HistoryModel(DateOnly Day, DateOnly Today, int From, IReadOnlyList<HistoryEntry> Entries)
{
    /// <summary>Entries on a page.</summary>
    public const int PageSize = 200;

    /// <summary>What is wrong with what was asked; empty for nothing.</summary>
    public string Problem { get; init; } = "";

    /// <summary>A day as addresses have it.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

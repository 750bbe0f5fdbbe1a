using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;

namespace MetricsAlerts.Web.Pages.Alerts;

/// <summary>What the page of an alert shows.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Series">Its series; null when nothing of it is kept any more.</param>
/// <param name="Rule">The rule as it is today; null when it is there no more, or off.</param>
public sealed record AlertModel(Alert Alert, SeriesView? Series, CompiledRule? Rule)
{
    /// <summary>The windows of the chart, oldest first.</summary>
    public IReadOnlyList<JudgedWindow> Windows { get; init; } = [];

    /// <summary>How many windows are kept.</summary>
    public int Kept { get; init; }

    /// <summary>Who was notified.</summary>
    public IReadOnlyList<DeliveryState> Notified { get; init; } = [];

    /// <summary>What mutes it now; null when nothing does.</summary>
    public MutedView? Muted { get; init; }

    /// <summary>What happened, the newest first.</summary>
    public IReadOnlyList<HistoryEntry> Timeline { get; init; } = [];

    /// <summary>Other open alerts of the deployment.</summary>
    public IReadOnlyList<Alert> Others { get; init; } = [];

    /// <summary>Who silences, as far as is known.</summary>
    public string Who { get; init; } = "";

    /// <summary>Why a silence was refused; empty for none.</summary>
    public string Problem { get; init; } = "";
}

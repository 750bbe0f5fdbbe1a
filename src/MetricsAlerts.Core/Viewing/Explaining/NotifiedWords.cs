using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Routing;

namespace MetricsAlerts.Viewing.Explaining;

/// <summary>The way from an alert to people, in sentences.</summary>
internal static class NotifiedWords
{
    /// <summary>Of an alert that is open.</summary>
    public static IReadOnlyList<string> Of(Alert alert, IReadOnlyList<DeliveryState> deliveries, MutedView? muted)
    {
        var sentences = new List<string>();
        if (muted is not null)
            sentences.Add($"It is held back by {muted.Why}{ByWhom(muted)}.");
        if (deliveries.Count == 0)
            sentences.Add($"Nobody is notified: {Nobody(alert.MissingChannels)}.");
        sentences.AddRange(deliveries.Select(Of));
        return sentences;
    }

    /// <summary>Of a rule that does not fire: who would hear.</summary>
    public static string Of(Routed routed) => routed.Destinations.Count == 0
        ? $"Nobody would be notified: {Nobody(routed.MissingChannels)}."
        : $"It would notify {string.Join(", ", routed.Destinations.Select(destination => destination.Channel))}.";

    private static string Of(DeliveryState delivery)
    {
        var heard = delivery.At is { } at
            ? $"was told that it {WordOf(delivery.LastWord)} at {Timestamps.Format(at)}"
            : "was told nothing yet";
        var waits = delivery.Pending == Change.None ? "" : ", and something waits to be told";
        var why = delivery.Held.Length > 0 ? $": held by {delivery.Held}" : delivery.Problem.Length > 0 ? $": {delivery.Problem}" : "";
        return $"{delivery.Channel} {heard}{waits}{why}.";
    }

    private static string WordOf(Change change) => change switch
    {
        Change.Fired => "fired",
        Change.Escalated => "became critical",
        Change.Deescalated => "became a warning",
        Change.Resolved => "resolved",
        Change.NoData => "has no data",
        Change.DataBack => "has data again",
        Change.Reminded => "is still open",
        _ => "changed",
    };

    private static string ByWhom(MutedView muted) => muted.Silence is not { } silence ? ""
        : $" ({string.Join(": ", new[] { silence.CreatedBy, silence.Comment }.Where(text => text.Length > 0))})";

    private static string Nobody(IReadOnlyList<string> missing) => missing.Count > 0
        ? $"there is no channel '{string.Join("', '", missing)}'"
        : "neither the rule nor a route names a channel";
}

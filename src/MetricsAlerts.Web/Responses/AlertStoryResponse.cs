namespace MetricsAlerts.Web.Responses;

/// <summary>An alert and what happened to it since its episode began.</summary>
/// <param name="Alert">The alert, with its deliveries.</param>
/// <param name="History">What happened, newest first; at most 500 entries of the last 35 days.</param>
public sealed record AlertStoryResponse(AlertResponse Alert, IReadOnlyList<HistoryResponse> History);

namespace MetricsAlerts.Web.Responses;

/// <summary>A part of a list.</summary>
/// <param name="Items">The items of this part.</param>
/// <param name="Next">What to send as <c>after</c> to get the next part; null when this is the last.</param>
public sealed record PageResponse<T>(IReadOnlyList<T> Items, string? Next);

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>Why there is no page.</summary>
/// <param name="Problem">The reason, in a sentence.</param>
public sealed record MissingModel(string Problem);

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>A link that a head adds to the navigation of every page.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Address">Where it leads.</param>
public sealed record PageLink(string Title, string Address);

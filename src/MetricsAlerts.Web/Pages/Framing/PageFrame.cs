using MetricsAlerts.Viewing;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>What every page shows around its own: who looks, where, and how the collection is getting on.</summary>
/// <param name="Title">The page's title.</param>
/// <param name="Section">The entry of the navigation that the page belongs to; empty for none.</param>
/// <param name="Now">The time.</param>
public sealed record PageFrame(string Title, string Section, DateTimeOffset Now)
{
    /// <summary>Whether whoever looks may see anything at all.</summary>
    public bool CanLook { get; init; }

    /// <summary>Whether whoever looks may change something.</summary>
    public bool CanChange { get; init; }

    /// <summary>How the collection is getting on; null where nobody may know.</summary>
    public TickView? Tick { get; init; }

    /// <summary>Whether there is a session that can be ended.</summary>
    public bool CanSignOut { get; init; }

    /// <summary>Links beside the navigation, such as the demo's chat.</summary>
    public IReadOnlyList<PageLink> Links { get; init; } = [];

    /// <summary>A word about what was just done; empty for none.</summary>
    public string Notice { get; init; } = "";
}

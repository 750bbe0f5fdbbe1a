using MetricsAlerts.Alerts;
using MetricsAlerts.Ticks;
using MetricsAlerts.Viewing;

namespace MetricsAlerts.Web.Pages.Overview;

/// <summary>What the overview shows.</summary>
/// <param name="Filter">Which alerts are wanted.</param>
/// <param name="Tiles">The counts.</param>
/// <param name="Cards">The cards of this page.</param>
/// <param name="Grid">Deployments by metrics.</param>
public sealed record OverviewModel(AlertFilter Filter, IReadOnlyList<Tile> Tiles, IReadOnlyList<AlertCard> Cards, MetricGrid Grid)
{
    /// <summary>The most cards of a page.</summary>
    public const int CardsOnPage = 40;

    /// <summary>Open alerts that the filter wants.</summary>
    public int Open { get; init; }

    /// <summary>Cards that the filter wants, on all pages.</summary>
    public int AllCards { get; init; }

    /// <summary>The first card of this page.</summary>
    public int FirstCard { get; init; }

    /// <summary>The first row of the grid.</summary>
    public int FirstRow { get; init; }

    /// <summary>What breaches, but not yet for long enough.</summary>
    public IReadOnlyList<(DeploymentView Deployment, SeriesView Series, WatchView Watch)> Pending { get; init; } = [];

    /// <summary>What closed of late.</summary>
    public IReadOnlyList<Alert> Closed { get; init; } = [];

    /// <summary>What the last tick could not collect, and what deployments lack.</summary>
    public IReadOnlyList<CollectionRemark> Problems { get; init; } = [];

    /// <summary>What deployments lack.</summary>
    public IReadOnlyList<CollectionRemark> Notes { get; init; } = [];
}

/// <summary>A number with a word.</summary>
/// <param name="Number">The number.</param>
/// <param name="Word">What is counted.</param>
/// <param name="Address">Where to see it.</param>
/// <param name="Class">The class that colours the number; empty for none.</param>
public sealed record Tile(int Number, string Word, string Address, string Class);

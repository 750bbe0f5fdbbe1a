using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The orders of the deployments list; a minus before one turns it round. Health ascends from failing to unknown.</summary>
internal static class DeploymentOrder
{
    private static readonly string[] Importances = ["LOW", "MODERATE", "HIGH", "CRITICAL"];

    public static IReadOnlyList<IDeploymentStatistics> Sort(
        IEnumerable<IDeploymentStatistics> deployments, string orderBy, DateTimeOffset now)
    {
        var isDescending = orderBy.StartsWith('-');
        var key = KeyOf(orderBy.TrimStart('-'), now);
        return isDescending
            ? [.. deployments.OrderByDescending(key, Comparer<IComparable?>.Default)]
            : [.. deployments.OrderBy(key, Comparer<IComparable?>.Default)];
    }

    private static Func<IDeploymentStatistics, IComparable?> KeyOf(string order, DateTimeOffset now) => order switch
    {
        "label" => one => new Label(one.Deployment.Label),
        "serviceHealth" => one => Rank(Health.Order, Health.Service(one, now)),
        "modelHealth" => one => Rank(Health.Order, Health.Model(one, now)),
        "accuracyHealth" => one => Rank(Health.Order, Health.Accuracy(one, now)),
        "recentPredictions" => one => DeploymentShape.DailyRates(one, now).Sum(),
        "lastPredictionTimestamp" => one => one.LastPrediction(now),
        "currentModelDeployedTimestamp" => one => DeploymentShape.DeployedAt(one.Deployment, now),
        "createdAtTimestamp" => one => one.Deployment.Start,
        "importance" => one => Rank(Importances, one.Deployment.Importance),

        // The other healths are unknown of every deployment.
        _ => _ => 0,
    };

    private static int Rank(IReadOnlyList<string> order, string value) => order.Index().First(one => one.Item == value).Index;

    private sealed record Label(string Text) : IComparable
    {
        public int CompareTo(object? obj) => string.CompareOrdinal(Text, (obj as Label)?.Text);
    }
}

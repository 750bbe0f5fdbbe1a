using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The orders of the deployments list; a minus before one turns it round. Health ascends from failing to unknown.</summary>
internal static class DeploymentOrder
{
    private static readonly string[] Importances = ["LOW", "MODERATE", "HIGH", "CRITICAL"];

    public static IReadOnlyList<IDeploymentStatistics> Sort(
        IEnumerable<IDeploymentStatistics> deployments, string orderBy, DateTimeOffset now)
    {
        var key = KeyOf(orderBy.TrimStart('-'), now);
        var keyed = deployments.Select(one => (Deployment: one, Key: key(one))).ToList();

        // A hundred thousand alike deployments are asked for page by page: what is equal need not be sorted each time.
        if (keyed.TrueForAll(one => Equals(one.Key, keyed[0].Key)))
            return [.. keyed.Select(one => one.Deployment)];
        var sorted = orderBy.StartsWith('-')
            ? keyed.OrderByDescending(one => one.Key, Comparer<IComparable?>.Default)
            : keyed.OrderBy(one => one.Key, Comparer<IComparable?>.Default);
        return [.. sorted.Select(one => one.Deployment)];
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

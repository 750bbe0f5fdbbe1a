using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>What a message about several changes says: the ten worst, and how many there are by severity and deployment.</summary>
internal static class GroupContent
{
    private const int MostItems = 10;
    private const int MostDeployments = 10;

    public static NotificationContent Of(IReadOnlyList<AlertChange> changes)
    {
        var contents = changes.Select(change => (change.Alert, Content: NotificationContent.Of(change))).ToList();
        var worst = contents
            .OrderByDescending(pair => pair.Content.IsOpen).ThenByDescending(pair => pair.Content.Severity)
            .ThenByDescending(pair => pair.Alert.Evidence.WindowEnd).Take(MostItems).Select(pair => pair.Content).ToList();
        var isOpen = contents.Exists(pair => pair.Content.IsOpen);
        var severity = worst[0].Severity;
        var where = Places(changes);
        return new()
        {
            Title = $"{(isOpen ? severity.ToString().ToUpperInvariant() : "RESOLVED")}: {Count(changes.Count)} on {where}",
            Summary = $"{BySeverity(contents.Select(pair => pair.Content))}.{(changes.Count > MostItems ? $" The {MostItems} worst are shown." : "")}",
            Facts = [("Severity", BySeverity(contents.Select(pair => pair.Content))), .. ByDeployment(changes)],
            Sparkline = "",
            Links = worst[0].Links,
            IsOpen = isOpen,
            Severity = severity,
            Items = worst,
        };
    }

    private static string Count(int count) => $"{count.ToString(CultureInfo.InvariantCulture)} changes of alerts";

    private static string Places(IReadOnlyList<AlertChange> changes) => changes.Select(change => change.Alert.Deployment.Label).Distinct(StringComparer.Ordinal).ToList() switch
    {
        [var one] => one,
        var several => $"{several.Count.ToString(CultureInfo.InvariantCulture)} deployments",
    };

    private static string BySeverity(IEnumerable<NotificationContent> contents) => string.Join(", ", contents
        .GroupBy(content => content.IsOpen ? content.Severity.ToString().ToLowerInvariant() : "resolved")
        .OrderByDescending(group => group.Max(content => content.IsOpen ? content.Severity : Severity.None))
        .Select(group => $"{group.Count().ToString(CultureInfo.InvariantCulture)} {group.Key}"));

    private static IEnumerable<(string Name, string Value)> ByDeployment(IReadOnlyList<AlertChange> changes)
    {
        var deployments = changes.GroupBy(change => change.Alert.Deployment.Label, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        foreach (var deployment in deployments.Take(MostDeployments))
            yield return (deployment.Key, deployment.Count().ToString(CultureInfo.InvariantCulture));
        if (deployments.Count > MostDeployments)
            yield return ($"{deployments.Count - MostDeployments} more deployments", deployments.Skip(MostDeployments).Sum(deployment => deployment.Count()).ToString(CultureInfo.InvariantCulture));
    }
}

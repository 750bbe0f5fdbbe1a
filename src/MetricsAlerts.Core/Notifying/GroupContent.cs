using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>What a message about several transitions says: the ten worst, and how many there are by severity and deployment.</summary>
internal static class GroupContent
{
    private const int MostItems = 10;
    private const int MostDeployments = 10;

    public static NotificationContent Of(IReadOnlyList<AlertMessage> alerts)
    {
        var contents = alerts.Select(alert => (Alert: alert, Content: NotificationContent.Of(alert))).ToList();
        var worst = contents
            .OrderByDescending(pair => pair.Content.IsOpen).ThenByDescending(pair => pair.Content.Severity)
            .ThenByDescending(pair => pair.Alert.Transition.WindowEnd).Take(MostItems).Select(pair => pair.Content).ToList();
        var isOpen = contents.Exists(pair => pair.Content.IsOpen);
        var severity = worst[0].Severity;
        var where = Places(alerts);
        return new()
        {
            Title = $"{(isOpen ? severity.ToString().ToUpperInvariant() : "RESOLVED")}: {Count(alerts.Count)} on {where}",
            Summary = $"{BySeverity(contents.Select(pair => pair.Content))}.{(alerts.Count > MostItems ? $" The {MostItems} worst are shown." : "")}",
            Facts = [("Severity", BySeverity(contents.Select(pair => pair.Content))), .. ByDeployment(alerts)],
            Sparkline = "",
            Links = worst[0].Links,
            IsOpen = isOpen,
            Severity = severity,
            Items = worst,
        };
    }

    private static string Count(int count) => $"{count.ToString(CultureInfo.InvariantCulture)} alert transitions";

    private static string Places(IReadOnlyList<AlertMessage> alerts) => alerts.Select(alert => alert.Deployment.Label).Distinct(StringComparer.Ordinal).ToList() switch
    {
        [var one] => one,
        var several => $"{several.Count.ToString(CultureInfo.InvariantCulture)} deployments",
    };

    private static string BySeverity(IEnumerable<NotificationContent> contents) => string.Join(", ", contents
        .GroupBy(content => content.IsOpen ? content.Severity.ToString().ToLowerInvariant() : "resolved")
        .OrderByDescending(group => group.Max(content => content.IsOpen ? content.Severity : Severity.None))
        .Select(group => $"{group.Count().ToString(CultureInfo.InvariantCulture)} {group.Key}"));

    private static IEnumerable<(string Name, string Value)> ByDeployment(IReadOnlyList<AlertMessage> alerts)
    {
        var deployments = alerts.GroupBy(alert => alert.Deployment.Label, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        foreach (var deployment in deployments.Take(MostDeployments))
            yield return (deployment.Key, deployment.Count().ToString(CultureInfo.InvariantCulture));
        if (deployments.Count > MostDeployments)
            yield return ($"{deployments.Count - MostDeployments} more deployments", deployments.Skip(MostDeployments).Sum(deployment => deployment.Count()).ToString(CultureInfo.InvariantCulture));
    }
}

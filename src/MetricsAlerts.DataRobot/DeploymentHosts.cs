using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.DataRobot.Families;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.DataRobot;

/// <summary>
/// The prediction server hosts of one deployment: which there are, and by which segment each family of metrics is cut by them.
/// </summary>
internal sealed class DeploymentHosts(FamilyRequest request, HostDirectory directory)
{
    /// <summary>The hosts, and which of the families can be cut by them.</summary>
    /// <exception cref="MetricSourceException">The attributes of every family are refused, or the hosts are.</exception>
    public async Task<HostListing> ListAsync(IReadOnlyCollection<MetricFamily> families, CancellationToken cancellationToken)
    {
        var asked = families.Where(family => HostDirectory.MonitoringTypeOf(family) is not null).Distinct().Order().ToList();
        var attributes = new Dictionary<MetricFamily, string>();
        var refused = new List<MetricFamily>();
        MetricSourceException? refusal = null;
        foreach (var family in asked)
        {
            try
            {
                if (await directory.FindAttributeAsync(request.Client, request.Deployment.Id, family, cancellationToken) is { } attribute)
                    attributes[family] = attribute;
            }
            catch (MetricSourceException exception) when (
                exception.IsAboutTheRequest || exception.Problem == MetricSourceProblem.NotFound)
            {
                refusal = exception;
                refused.Add(family);
            }
        }

        if (attributes.Count == 0)
            return refusal is null ? new([], [], await WhyNoneAsync(cancellationToken)) : throw refusal;
        var first = attributes.GetValueOrDefault(MetricFamily.ServiceHealth) ?? attributes.Values.First();
        var hosts = await directory.ListHostsAsync(request.Client, request.Deployment.Id, first, cancellationToken);
        return new([.. hosts.Keys], attributes.Keys, WhyNot(asked.Except(attributes.Keys), refusal)) { Refused = refused };
    }

    /// <summary>The segment of a host in a family; null when the family cannot be cut by hosts.</summary>
    public async Task<Segment?> SegmentAsync(string host, MetricFamily family, CancellationToken cancellationToken)
    {
        if (await directory.FindAttributeAsync(request.Client, request.Deployment.Id, family, cancellationToken) is not { } attribute)
            return null;
        var hosts = await directory.ListHostsAsync(request.Client, request.Deployment.Id, attribute, cancellationToken);
        return new(attribute, hosts.GetValueOrDefault(host) ?? host);
    }

    private async Task<string> WhyNoneAsync(CancellationToken cancellationToken)
    {
        var isOff = await directory.IsOffAsync(request.Client, request.Deployment.Id, cancellationToken);
        return $"Deployment '{request.Deployment.Label}' does not tell prediction servers apart, so it is watched as a whole only: " +
            (isOff
                ? "segment analysis is off. Turn it on in the deployment's settings."
                : "DataRobot lists no attribute for their hosts. Segment analysis must be on in the deployment's settings.");
    }

    private string? WhyNot(IEnumerable<MetricFamily> families, MetricSourceException? refusal)
    {
        var words = families.Select(WordOf).Distinct().ToList();
        if (words.Count == 0)
            return null;
        var why = refusal is null ? "DataRobot lists no attribute for their hosts there." : refusal.Message;
        return $"Deployment '{request.Deployment.Label}' does not tell prediction servers apart in {Joined(words)}, so " +
            $"rules on these watch it as a whole only: {why}";
    }

    private static string Joined(List<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}";

    private static string WordOf(MetricFamily family) => family switch
    {
        MetricFamily.Accuracy => "accuracy",
        MetricFamily.Drift => "drift",
        MetricFamily.Predictions => "predictions",
        _ => "service health",
    };
}

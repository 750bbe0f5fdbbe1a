using MetricsAlerts.Simulator.Contract;

namespace MetricsAlerts.Simulator.Api;

/// <summary>What a server refuses: what the contract refuses, and what one deployment has not.</summary>
internal sealed class RequestCheck(DataRobotContract contract)
{
    public IReadOnlyList<ContractProblem> ProblemsOf(ApiRequest request)
    {
        var problems = QueryCheck.Check(request.Endpoint, request.Query, request.Now);
        return problems.Count > 0 ? problems : [.. ProblemsOfDeployment(request)];
    }

    /// <summary>The accuracy metrics of a target type.</summary>
    public IReadOnlyList<string> MetricsOf(string targetType) =>
        [.. contract.AccuracyMetrics.Where(metric => metric.TargetTypes.Contains(targetType)).Select(metric => metric.Name)];

    private IEnumerable<ContractProblem> ProblemsOfDeployment(ApiRequest request)
    {
        if (request.Endpoint.Parameter("start") is null)
            yield break;
        var deployment = request.Statistics.Deployment;
        if (request.Endpoint.Id is "accuracy" or "accuracyOverTime" && request.Text("metric") is { } metric &&
            MetricsOf(deployment.TargetType) is var metrics && !metrics.Contains(metric))
            yield return new("metric", $"is '{metric}'; a {deployment.TargetType} model has {string.Join(", ", metrics)}");
        if (request.Text("segmentAttribute") is not { } attribute)
            yield break;
        var attributes = Segments.AttributesOf(deployment, Segments.MonitoringTypeOf(request.Endpoint.Id), request.Strict);
        if (!attributes.Contains(attribute))
            yield return new("segmentAttribute", $"'{attribute}' is not a segment attribute; there are {string.Join(", ", attributes)}");
    }
}

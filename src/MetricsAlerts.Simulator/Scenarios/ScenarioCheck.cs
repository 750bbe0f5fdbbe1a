using MetricsAlerts.Formats;

namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>Finds what cannot be played before anything is.</summary>
internal static class ScenarioCheck
{
    /// <summary>Predictions are kept in memory.</summary>
    private const double MaxPredictions = 10_000_000;

    private static readonly string[] Kinds =
        ["decay", "actualsStop", "slow", "errors", "modelReplaced", "gone", "featureDrift", "customMetric"];

    private static readonly string[] TargetTypes = ["Binary", "Regression"];

    /// <summary>Throws when a scenario cannot be played.</summary>
    /// <exception cref="InvalidDataException">The message names the file, the place, what was found and what is allowed.</exception>
    public static void Check(Scenario scenario, TimeSpan duration, string name)
    {
        if (scenario.Deployments is not { Count: > 0 })
            throw new InvalidDataException($"{name}: deployments is empty; expected at least one.");
        CheckList(scenario.Faults, "faults", name);
        CheckList(scenario.Deployments, "deployments", name);
        foreach (var deployment in scenario.Deployments)
            Check(deployment, $"{name}: deployment '{deployment.Label}'");
        if (scenario.Deployments.GroupBy(one => one.Id ?? one.Label).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException(
                $"{name}: the deployment '{twice.Key}' is there {twice.Count()} times; an id, or a label without one, must be unique.");
        }

        var predictions = scenario.Deployments.Sum(one => duration.TotalHours * Math.Max(one.RowsPerHour, one.Hosts.Count));
        if (predictions > MaxPredictions)
        {
            throw new InvalidDataException(
                $"{name}: {Numbers.Short(predictions)} predictions in {Durations.Format(duration)}; " +
                $"at most {Numbers.Short(MaxPredictions)} are allowed, so lower rowsPerHour or duration.");
        }
    }

    private static void Check(ScenarioDeployment deployment, string place)
    {
        CheckList(deployment.Hosts, "hosts", place);
        CheckList(deployment.Features, "features", place);
        CheckList(deployment.CustomMetrics, "customMetrics", place);
        CheckList(deployment.Troubles, "troubles", place);
        if (string.IsNullOrWhiteSpace(deployment.Label))
            throw new InvalidDataException($"{place}: label is empty; expected a name.");
        if (deployment.Hosts.Count == 0)
            throw new InvalidDataException($"{place}: hosts is empty; expected at least one.");
        if (deployment.RowsPerHour is < 1 or > 1_000_000)
            throw new InvalidDataException($"{place}: rowsPerHour is {deployment.RowsPerHour}; expected 1 to 1000000.");
        if (!TargetTypes.Contains(deployment.TargetType))
        {
            throw new InvalidDataException(
                $"{place}: targetType is '{deployment.TargetType}'; expected one of {string.Join(", ", TargetTypes)}.");
        }

        if (deployment.Troubles.Find(trouble => !Kinds.Contains(trouble.Kind)) is { } unknown)
            throw new InvalidDataException(
                $"{place}: the trouble '{unknown.Kind}' is not known; expected one of {string.Join(", ", Kinds)}.");
    }

    private static void CheckList<T>(List<T>? items, string field, string place)
    {
        if (items is null || items.Exists(item => item is null))
            throw new InvalidDataException($"{place}: {field} holds nothing where something is expected; leave it out, or write [].");
    }
}

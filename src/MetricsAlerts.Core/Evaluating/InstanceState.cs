using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>All series of one instance of a deployment: windows, and the state of every rule on them.</summary>
internal sealed class InstanceState(string deploymentId, string instance) : ISeriesLookup
{
    private readonly Dictionary<SeriesName, SeriesState> _series = [];

    public string DeploymentId { get; } = deploymentId;

    public string Instance { get; } = instance;

    /// <summary>Whether the windows that are stored apart have been read too.</summary>
    public bool IsWhole { get; set; } = true;

    public IReadOnlyCollection<SeriesState> Series => _series.Values;

    public SeriesState? Find(SeriesName name) => _series.GetValueOrDefault(name);

    public SeriesState GetOrAdd(SeriesName name)
    {
        if (!_series.TryGetValue(name, out var series))
            series = Add(new(name));
        return series;
    }

    public SeriesState Add(SeriesState series) => _series[series.Name] = series;

    public bool Remove(SeriesName name) => _series.Remove(name);

    public ReadOnlySpan<MetricWindow> Until(SeriesName series, DateTimeOffset start)
    {
        if (Find(series)?.History is not { } history)
            return [];
        var index = history.LowerBound(start);
        return index < history.Count && history.Windows[index].Start == start ? history.Windows[..(index + 1)] : [];
    }
}

using System.Collections.Concurrent;
using System.Collections.Frozen;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Rules;

/// <summary>
/// All rules, channels and routes at one moment, indexed by metric name and deployment id so that many rules cost what the matching ones cost.
/// </summary>
public sealed class RuleSet
{
    /// <summary>Candidates up to this many are simply tried.</summary>
    private const int FewCandidates = 32;

    private const int MaxRemembered = 200_000;

    private readonly ConcurrentDictionary<(Deployment Deployment, string Instance, SeriesName Series), CompiledRule[]> _remembered = new();
    private readonly FrozenDictionary<string, CompiledRule[]> _byMetric;
    private readonly FrozenDictionary<(string Metric, string DeploymentId), CompiledRule[]> _byMetricAndDeployment;
    private readonly CompiledRule[] _byPattern;
    private readonly FrozenDictionary<string, Rule> _byName;
    private readonly FrozenDictionary<string, CompiledRule> _enabledByName;
    private readonly FrozenDictionary<string, int> _contextByMetric;

    /// <summary>Compiles the enabled rules.</summary>
    public RuleSet(IEnumerable<Rule> rules, IEnumerable<ChannelDefinition> channels, IEnumerable<RouteDefinition> routes)
    {
        var all = rules.ToList();
        Rules = all;
        Channels = channels.ToFrozenDictionary(channel => channel.Name, StringComparer.Ordinal);
        Routes = [.. routes];
        Enabled = [.. all.Where(rule => rule.Enabled).Select(rule => new CompiledRule(rule))];
        _enabledByName = Enabled.ToFrozenDictionary(rule => rule.Rule.Name, StringComparer.Ordinal);
        _contextByMetric = Enabled
            .SelectMany(rule => rule.Rule.When.OtherMetrics.Select(metric => (Metric: metric, Windows: rule.ContextWindows + rule.ForWindows + 1)))
            .GroupBy(pair => pair.Metric, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Max(pair => pair.Windows), StringComparer.Ordinal);
        _byName = all.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);
        _byPattern = [.. Enabled.Where(rule => rule.Rule.Metric.IsPattern)];
        _byMetric = Enabled.Where(rule => !rule.Rule.Metric.IsPattern && rule.Rule.Deployments.Ids.Count == 0)
            .GroupBy(rule => rule.Rule.Metric.Text, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        _byMetricAndDeployment = Enabled.Where(rule => !rule.Rule.Metric.IsPattern)
            .SelectMany(rule => rule.Rule.Deployments.Ids.Distinct(StringComparer.OrdinalIgnoreCase).Select(id => (Key: Key(rule.Rule.Metric.Text, id), Rule: rule)))
            .GroupBy(pair => pair.Key, pair => pair.Rule)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>No rules at all.</summary>
    public static RuleSet Empty { get; } = new([], [], []);

    /// <summary>Every rule, enabled or not.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>The rules that are evaluated.</summary>
    public IReadOnlyList<CompiledRule> Enabled { get; }

    /// <summary>Channels by name.</summary>
    public IReadOnlyDictionary<string, ChannelDefinition> Channels { get; }

    /// <summary>Routes in order.</summary>
    public IReadOnlyList<RouteDefinition> Routes { get; }

    /// <summary>Which alerts mute which.</summary>
    public IReadOnlyList<InhibitionDefinition> Inhibitions { get; init; } = [InhibitionDefinition.NoActuals];

    /// <summary>Maintenance windows.</summary>
    public IReadOnlyList<MaintenanceDefinition> Maintenance { get; init; } = [];

    /// <summary>The names of stored rules that could not be read: they are in no list, and nothing is known of them.</summary>
    public IReadOnlySet<string> Unreadable { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Changes when anything that is stored does, and is the same in every process; empty for rules that are not stored.</summary>
    public string Version { get; init; } = "";

    /// <summary>The rule of this name, enabled or not; null when there is none.</summary>
    public Rule? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The enabled rule of this name; null when there is none.</summary>
    public CompiledRule? FindEnabled(string name) => _enabledByName.GetValueOrDefault(name);

    /// <summary>The windows of a metric that rules on other metrics look at, their <c>for</c> clause included; 0 when none does.</summary>
    public int ContextOf(string metric) => _contextByMetric.GetValueOrDefault(metric);

    /// <summary>The enabled rules for a series, appended to <paramref name="into"/>.</summary>
    public void Match(Deployment deployment, string instance, SeriesName series, List<CompiledRule> into)
    {
        var exact = _byMetric.GetValueOrDefault(series.Metric) ?? [];
        if (exact.Length + _byPattern.Length <= FewCandidates)
        {
            Try(exact, deployment, instance, series, into);
            return;
        }

        // Globs of labels and metrics cannot be indexed; their answer is remembered instead.
        var key = (deployment, instance, series);
        if (!_remembered.TryGetValue(key, out var matching))
        {
            var found = new List<CompiledRule>();
            Try(exact, deployment, instance, series, found);
            if (_remembered.Count >= MaxRemembered)
                _remembered.Clear();
            _remembered[key] = matching = [.. found];
        }

        into.AddRange(matching);
    }

    private void Try(CompiledRule[] exact, Deployment deployment, string instance, SeriesName series, List<CompiledRule> into)
    {
        Append(exact, deployment, instance, series, into);
        if (_byMetricAndDeployment.Count > 0 && _byMetricAndDeployment.TryGetValue(Key(series.Metric, deployment.Id), out var named))
            Append(named, deployment, instance, series, into);
        Append(_byPattern, deployment, instance, series, into);
    }

    private static (string Metric, string DeploymentId) Key(string metric, string deploymentId) => (metric, deploymentId.ToUpperInvariant());

    private static void Append(CompiledRule[] rules, Deployment deployment, string instance, SeriesName series, List<CompiledRule> into)
    {
        foreach (var rule in rules)
        {
            if (rule.Matches(deployment, instance, series))
                into.Add(rule);
        }
    }
}

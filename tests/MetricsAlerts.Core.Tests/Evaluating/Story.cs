using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Evaluating;

/// <summary>Tells an evaluation as a story: rules, then windows as they arrive, then what a reader hears who is notified at once.</summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly TimeSpan Reach = TimeSpan.FromDays(7);

    private readonly string _metric;
    private readonly Dictionary<string, Notified> _readers = [];
    private RuleSet _rules = RuleSet.Empty;
    private InstanceState? _instance;
    private DeploymentPartition _partition = new("d1");
    private Deployment? _deployment = new("d1", "credit-risk") { Importance = "HIGH" };
    private DateTimeOffset _now = Start;
    private long _reading;
    private int _next;

    public Story(string rule, string metric = "Accuracy")
    {
        _metric = metric;
        Rules(rule);
    }

    public List<AlertChange> Heard { get; } = [];

    public string Model { get; set; } = "m1";

    public long Rows { get; set; } = 500;

    /// <summary>What was heard, such as <c>7 Fired critical, 9 Resolved recovered</c>: number of the newest window, change, then severity or reason.</summary>
    public string Changes => string.Join(", ", Heard.Select(change =>
        $"{(int)((change.Alert.Evidence.WindowStart - Start) / Hour) + 1} {change.Change} {(change.Alert.IsOpen ? change.Alert.Severity.ToString().ToLowerInvariant() : change.Reason)}"));

    public AlertPhase Phase => State?.Current.Phase ?? AlertPhase.Inactive;

    public RuleState? State => _instance?.Find(new(_metric, Hour))?.Rules.SingleOrDefault();

    /// <summary>The alert as it is kept; null when there never was one.</summary>
    public Alert? Alert => _partition.Alerts.Values.SingleOrDefault()?.Alert;

    public bool IsOpen => Alert is { IsOpen: true };

    /// <summary>Windows and rule states; null when nothing is kept.</summary>
    public InstanceState? Instance => _instance;

    /// <summary>Replaces the rules; keys of one rule in flow notation, or an empty text for none.</summary>
    public Story Rules(string rule)
    {
        var file = RuleFile.Parse(rule.Length == 0 ? "rules: []" : $"rules:\n- {{ name: r, metric: {_metric}, {rule} }}", "story.yaml");
        Assert.Empty(file.Diagnostics);
        _rules = new(file.Rules, [], []);
        return this;
    }

    /// <summary>The next windows arrive one by one.</summary>
    public Story Windows(params double?[] values)
    {
        foreach (var value in values)
            Arrive(_next++, value);
        return this;
    }

    /// <summary>The next windows arrive in one batch.</summary>
    public Story Batch(params double?[] values) => Take([.. values.Select(value => Window(_next++, value))]);

    /// <summary>Time passes without a window.</summary>
    public Story Gap()
    {
        _next++;
        return this;
    }

    /// <summary>Time passes, and nobody looks.</summary>
    public Story Wait(TimeSpan time)
    {
        _now += time;
        return this;
    }

    /// <summary>A window (from 1) arrives, again or late.</summary>
    public Story Revise(int window, double? value) => Arrive(window - 1, value);

    /// <summary>A window (from 1) arrives again, with an older reading than all others.</summary>
    public Story Replay(int window, double? value) => Take(new MetricBatch("d1") { Instances = Instances([Window(window - 1, value)]) }, reading: 0);

    /// <summary>Nothing arrives; what is known is looked at again.</summary>
    public Story Look() => Take(new MetricBatch("d1"), _reading);

    public Story DeploymentGone()
    {
        (_instance, _deployment) = (null, null);
        return Take(new MetricBatch("d1") { DeploymentGone = true }, _reading);
    }

    public Story InstanceGone()
    {
        _instance = null;
        return Take(new MetricBatch("d1") { GoneInstances = ["all"] }, _reading);
    }

    public Story MetricGone() => Take(new MetricBatch("d1") { GoneSeries = [new("all", _metric, Hour)] }, _reading);

    /// <summary>Collect reads the series no more, because no rule looked at it.</summary>
    public Story Unwatched() => Take(new MetricBatch("d1") { GoneSeries = [new("all", _metric, Hour) { Unwatched = true }] }, _reading);

    public Story Arrive(int index, double? value) => Take([Window(index, value)]);

    /// <summary>The state goes to storage and back, as between any two messages.</summary>
    public Story Store()
    {
        if (_instance is not null)
        {
            var read = new InstanceState("d1", "all");
            RecentWindows.PutApart(_instance);
            InstanceFormat.Read(InstanceFormat.WriteRecent(_instance), InstanceFormat.WriteEarlier(_instance), read);
            _instance = read;
        }

        var partition = new DeploymentPartition("d1") { Head = new() { Deployment = _deployment, Reading = _reading } };
        foreach (var (id, record) in _partition.Alerts)
            partition.Alerts[id] = AlertRecord.Of(record.ToRow());
        _partition = partition;
        return this;
    }

    private MetricWindow Window(int index, double? value) =>
        new(Start + (Hour * index), Start + (Hour * (index + 1)), value, value is null ? 0 : Rows) { ModelId = Model };

    private IReadOnlyList<InstanceWindows> Instances(IReadOnlyList<MetricWindow> windows) => [new("all", [new(_metric, Hour, windows)])];

    private Story Take(IReadOnlyList<MetricWindow> windows) => Take(new MetricBatch("d1") { Instances = Instances(windows) }, ++_reading);

    private Story Take(MetricBatch batch, long reading)
    {
        Store();
        var windows = batch.Instances.SelectMany(instance => instance.Series).ToList();
        _now = windows.SelectMany(series => series.Windows).Select(window => window.End).Append(_now).Max();
        var evaluator = new DeploymentEvaluator(_rules, new(_rules, new()), Reach, _now);
        if (_deployment is not null && (windows.Count > 0 || _instance is not null))
        {
            var instance = new StoredInstance("all") { State = _instance ??= new("d1", "all") };
            _partition.Instances["all"] = instance;
            evaluator.Fold(_partition, instance, windows, batch.GoneSeries, reading);
        }

        evaluator.UpdateAlerts(_partition, batch);
        foreach (var record in _partition.Alerts.Values)
            Hear(record.Alert);
        return this;
    }

    private void Hear(Alert alert)
    {
        var reader = _readers.GetValueOrDefault(alert.Key.Id) ?? new(alert.Key.Id);
        var change = new AlertChange(alert, Difference.Of(new Wanted(alert, IsRouted: true, _now), reader, _now));
        if (change.Change == Change.None)
            return;
        Heard.Add(change);
        _readers[alert.Key.Id] = reader.After(change, _now);
    }
}

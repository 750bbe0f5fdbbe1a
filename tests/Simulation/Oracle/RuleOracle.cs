using MetricsAlerts.Metrics;
using Simulation.World;

namespace Simulation.Oracle;

/// <summary>
/// What a rule says of a whole history, written from docs/rules.md and docs/architecture.md (Evaluation) as plainly as possible: lists of what
/// counted so far, looked at anew with every window.
/// </summary>
public sealed class RuleOracle
{
    private readonly RuleSpec _rule;
    private readonly List<Level> _levels = [];
    private string? _model;
    private DateTimeOffset? _lastValueEnd;
    private int _without;
    private bool _noData;

    private RuleOracle(RuleSpec rule)
    {
        _rule = rule;
        if (rule.Single is { } single)
            _levels.Add(new(rule.IsCritical, single, rule.Recover ?? single));
        if (rule.Warning is { } warning)
            _levels.Add(new(false, warning, rule.Recover ?? warning));
        if (rule.Critical is { } critical)
            _levels.Add(new(true, critical, rule.Warning is null ? rule.Recover ?? critical : critical));
        if (rule.Kind == RuleKind.Missing)
            _levels.Add(new(rule.IsCritical, 0, 0));
    }

    private bool IsOpen => _noData || _levels.Any(level => level.IsOpen);

    /// <summary>What the alert is after these windows, oldest first.</summary>
    public static Judged Judge(RuleSpec rule, IEnumerable<MetricWindow> windows)
    {
        var oracle = new RuleOracle(rule);
        foreach (var window in windows)
            oracle.Take(window);
        return oracle.IsOpen
            ? new(true, (oracle._levels.LastOrDefault(level => level.IsOpen) ?? oracle._levels[0]).IsCritical, oracle._noData)
            : Judged.Closed;
    }

    private void Take(MetricWindow window)
    {
        var wasOpen = IsOpen;
        var isFresh = Metrics.IsModelBound(_rule.Metric) && window.ModelId is not null && _model is not null && window.ModelId != _model;
        _model = window.ModelId ?? _model;
        if (isFresh)
            Forget();
        _lastValueEnd ??= window.Start;
        if (window.Value is not null)
            _lastValueEnd = window.End;

        // The first window of a new model closes the old model's alert and opens none.
        var canOpen = !(isFresh && wasOpen);
        CountMissing(window, canOpen);
        if (!Counts(window))
            return;
        foreach (var level in _levels)
        {
            var (breaches, holds) = Look(window, level);
            level.Breaches.Add(breaches);
            if (level.IsOpen)
                level.Recoveries.Add(!holds);
        }

        Decide(canOpen);
    }

    private void Decide(bool canOpen)
    {
        var wasOpen = _levels.Any(level => level.IsOpen);
        if (!wasOpen)
        {
            if (canOpen)
                Open();
            return;
        }

        // Over when the mildest level has recovered; one step at a time above it.
        if (Holds(_levels[0].Recoveries, _rule.RecoverAfter))
        {
            foreach (var level in _levels)
                level.Forget();
            return;
        }

        var top = _levels[^1];
        if (_levels.Count == 2 && top.IsOpen && Holds(top.Recoveries, _rule.RecoverAfter))
            top.Forget();
        else if (!top.IsOpen && Holds(top.Breaches, _rule.For))
            top.Open();
    }

    private void Open()
    {
        foreach (var level in _levels.Where(level => Holds(level.Breaches, _rule.For)))
            level.Open();

        // A critical alert is also past the level of warning.
        if (_levels.Count == 2 && _levels[1].IsOpen && !_levels[0].IsOpen)
            _levels[0].Open();
    }

    private void CountMissing(MetricWindow window, bool canOpen)
    {
        if (_rule.NoData != "alert" || _rule.Kind == RuleKind.Missing)
            return;
        _without = window.Value is null ? _without + 1 : 0;
        _noData = window.Value is null && (_noData || (canOpen && _without >= _rule.For.Count));
    }

    private bool Counts(MetricWindow window) =>
        _rule.Kind == RuleKind.Missing || (window.Value is null ? _rule.NoData == "ok" : window.SampleSize >= _rule.MinSamples);

    private (bool Breaches, bool Holds) Look(MetricWindow window, Level level)
    {
        if (_rule.Kind == RuleKind.Missing)
            return (window.Value is null && window.End - _lastValueEnd!.Value >= TimeSpan.FromHours(_rule.MissingHours), window.Value is null);
        if (window.Value is not { } value)
            return (false, false);
        return _rule.Kind == RuleKind.Below
            ? (value < level.Threshold, value < level.Recover || value < level.Threshold)
            : (value > level.Threshold, value > level.Recover || value > level.Threshold);
    }

    private static bool Holds(List<bool> counted, Patience patience) => patience.Of > 0
        ? counted.TakeLast(patience.Of).Count(hit => hit) >= patience.Count
        : counted.AsEnumerable().Reverse().TakeWhile(hit => hit).Count() >= patience.Count;

    private void Forget()
    {
        foreach (var level in _levels)
            level.Forget();
        _without = 0;
        _noData = false;
        _lastValueEnd = null;
    }

    private sealed class Level(bool isCritical, double threshold, double recover)
    {
        public bool IsCritical => isCritical;

        public double Threshold => threshold;

        public double Recover => recover;

        public bool IsOpen { get; private set; }

        public List<bool> Breaches { get; } = [];

        public List<bool> Recoveries { get; } = [];

        public void Open()
        {
            IsOpen = true;
            Recoveries.Clear();
        }

        public void Forget()
        {
            IsOpen = false;
            Breaches.Clear();
            Recoveries.Clear();
        }
    }
}

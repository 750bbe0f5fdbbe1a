using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using MetricsAlerts.Rules.Statistics;

namespace MetricsAlerts.Core.Tests.Evaluating;

/// <summary>
/// The semantics written down a second time, as plainly as possible: from the full list of windows in order, with lists where the engine has
/// counters. It knows below and above, levels, recovery, patience, evidence, windows without value and model changes.
/// </summary>
internal static class NaiveOracle
{
    public sealed record State(bool IsOpen, Severity Severity, bool IsPending);

    public static State Run(Rule rule, IEnumerable<MetricWindow> windows)
    {
        var condition = (ThresholdCondition)rule.When;
        var breaches = new List<(Severity Level, TimeSpan Length)>();
        var criticalBreaches = new List<(Severity Level, TimeSpan Length)>();
        var recoveries = new List<(Severity Hold, TimeSpan Length)>();
        var criticalRecoveries = new List<(Severity Hold, TimeSpan Length)>();
        var (open, severity, model) = (false, Severity.None, (string?)null);
        foreach (var window in windows.OrderBy(window => window.Start))
        {
            var isFresh = window.ModelId is not null && model is not null && window.ModelId != model;
            model = window.ModelId ?? model;
            var wasOpen = open;
            if (isFresh)
            {
                Clear();
                open = false;
            }

            if ((window.Value is null && rule.NoData != NoDataBehaviour.Ok) || (window.Value is not null && window.SampleSize < rule.MinSamples))
                continue;
            var (breach, hold) = Judge(condition, rule, window);
            var length = window.End - window.Start;
            breaches.Add((breach, length));
            criticalBreaches.Add((breach, length));
            if (isFresh && wasOpen)
                continue;
            if (!open)
            {
                var level = Holds(criticalBreaches.Select(one => (one.Level >= Severity.Critical, one.Length)), rule.For) ? Severity.Critical
                    : Holds(breaches.Select(one => (one.Level >= Severity.Warning, one.Length)), rule.For) ? Severity.Warning : Severity.None;
                if (level != Severity.None)
                {
                    (open, severity) = (true, level);
                    recoveries.Clear();
                    criticalRecoveries.Clear();
                }

                continue;
            }

            recoveries.Add((hold, length));
            criticalRecoveries.Add((hold, length));
            if (Holds(recoveries.Select(one => (one.Hold < Severity.Warning, one.Length)), rule.RecoverAfter))
            {
                Clear();
                open = false;
            }
            else if (severity == Severity.Critical && condition.Levels.AreTwo && Holds(criticalRecoveries.Select(one => (one.Hold < Severity.Critical, one.Length)), rule.RecoverAfter))
            {
                severity = Severity.Warning;
                criticalBreaches.Clear();
                criticalRecoveries.Clear();
            }
            else if (severity == Severity.Warning && Holds(criticalBreaches.Select(one => (one.Level >= Severity.Critical, one.Length)), rule.For))
            {
                severity = Severity.Critical;
                criticalRecoveries.Clear();
            }
        }

        return new(open, open ? severity : Severity.None, !open && IsAny(breaches.Select(one => one.Level >= Severity.Warning), rule.For));

        void Clear()
        {
            breaches.Clear();
            criticalBreaches.Clear();
            recoveries.Clear();
            criticalRecoveries.Clear();
            severity = Severity.None;
        }
    }

    private static (Severity Breach, Severity Hold) Judge(ThresholdCondition condition, Rule rule, MetricWindow window)
    {
        if (window.Value is not { } value)
            return (Severity.None, Severity.None);
        var levels = new List<(Severity Level, double Threshold, double Recover)>();
        if (condition.Levels.Single is { } single)
            levels.Add((rule.Severity, single, condition.Recover.Single ?? single));
        if (condition.Levels.Warning is { } warning)
            levels.Add((Severity.Warning, warning, condition.Recover.Warning ?? condition.Recover.Single ?? warning));
        if (condition.Levels.Critical is { } critical)
            levels.Add((Severity.Critical, critical, condition.Recover.Critical ?? critical));

        var sign = condition.Side == Side.Below ? 1 : -1;
        var breach = levels.Where(level => IsPast(level.Threshold)).Select(level => level.Level).DefaultIfEmpty(Severity.None).Max();
        var hold = levels.Where(level => sign * value < sign * level.Recover).Select(level => level.Level).DefaultIfEmpty(Severity.None).Max();
        return (breach, hold > breach ? hold : breach);

        bool IsPast(double threshold)
        {
            if (rule.Confidence == 0)
                return sign * value < sign * threshold;
            var interval = WilsonInterval.Of(value, window.SampleSize, WilsonInterval.ZScore(rule.Confidence));
            return sign * value < sign * threshold && (condition.Side == Side.Below ? interval.High < threshold : interval.Low > threshold);
        }
    }

    private static bool Holds(IEnumerable<(bool Hit, TimeSpan Length)> windows, ForClause patience)
    {
        var all = windows.ToList();
        var run = all.AsEnumerable().Reverse().TakeWhile(window => window.Hit).ToList();
        return patience switch
        {
            ForClause.Windows many => run.Count >= many.Count,
            ForClause.Lasting lasting => run.Count > 0 && run.Aggregate(TimeSpan.Zero, (sum, window) => sum + window.Length) >= lasting.Duration,
            ForClause.OutOf some => all.TakeLast(some.Last).Count(window => window.Hit) >= some.Count,
            _ => false,
        };
    }

    private static bool IsAny(IEnumerable<bool> hits, ForClause patience) =>
        patience is ForClause.OutOf some ? hits.TakeLast(some.Last).Any(hit => hit) : hits.LastOrDefault();
}

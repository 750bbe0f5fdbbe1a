using CsCheck;
using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Evaluating;

/// <summary>The engine against the naive oracle on random rules, histories, orders, revisions and model changes.</summary>
public sealed class OracleTests
{
    private const int Cases = 25_000;

    private static readonly Gen<ForClause> GenPatience = Gen.OneOf<ForClause>(
        Gen.Int[1, 4].Select(count => (ForClause)new ForClause.Windows(count)),
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3], (count, more) => (ForClause)new ForClause.OutOf(count, count + more)),
        Gen.Int[1, 4].Select(hours => (ForClause)new ForClause.Lasting(TimeSpan.FromHours(hours))));

    private static readonly Gen<Condition> GenCondition = Gen.OneOf<Condition>(
        Gen.Select(Gen.Enum<Side>(), Gen.Int[0, 2], (side, recover) => (Condition)new ThresholdCondition(side, Levels.One(0.5), recover == 0 ? default : Levels.One(side == Side.Below ? 0.5 + (recover * 0.1) : 0.5 - (recover * 0.1)))),
        Gen.Select(Gen.Enum<Side>(), Gen.Int[0, 2], (side, recover) => (Condition)new ThresholdCondition(
            side, side == Side.Below ? Levels.Two(0.5, 0.3) : Levels.Two(0.5, 0.7),
            recover == 0 ? default : recover == 1 ? Levels.One(side == Side.Below ? 0.6 : 0.4) : side == Side.Below ? Levels.Two(0.6, 0.4) : Levels.Two(0.4, 0.6))));

    private static readonly Gen<Rule> GenRule =
        from condition in GenCondition
        from patience in GenPatience
        from recover in GenPatience
        from severity in Pick(Severity.Warning, Severity.Critical)
        from minSamples in Pick(0L, 0L, 50L)
        from confidence in Pick(0.0, 0.0, 0.9)
        from noData in Pick(NoDataBehaviour.Keep, NoDataBehaviour.Ok)
        select new Rule("r", new Glob("Accuracy"), condition) { For = patience, RecoverAfter = recover, Severity = severity, MinSamples = minSamples, Confidence = confidence, NoData = noData };

    private static readonly Gen<(int Tenths, int Rows)> GenWindow = Gen.Select(Gen.Int[-1, 10], Pick(20, 100, 100));

    private static readonly Gen<(Rule Rule, (int Tenths, int Rows)[] Windows, int ModelChange, (int Window, int Tenths)[] Revisions, int Seed)> GenCase =
        from rule in GenRule
        from windows in GenWindow.Array[1, 16]
        from model in Gen.Int[0, 40]
        from revisions in Gen.Select(Gen.Int[0, windows.Length - 1], Gen.Int[-1, 10]).Array[0, 4]
        from seed in Gen.Int
        select (rule, windows, model, revisions, seed);

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Fact]
    public void Windows_in_order_lead_where_the_oracle_says_after_each_of_them() => GenCase.Check(
        Cases,
        one =>
        {
            var engine = new Engine(one.Rule);
            var known = new List<MetricWindow>();
            for (var i = 0; i < one.Windows.Length; i++)
            {
                known.Add(Window(one, i, one.Windows[i].Tenths));
                engine.Take(known[i]);
                if (NaiveOracle.Run(one.Rule, known) != engine.State)
                    return false;
            }

            return true;
        });

    [Fact]
    public void Any_order_repetition_and_revision_leads_where_the_right_windows_in_order_lead() => GenCase.Check(
        Cases,
        one =>
        {
            var engine = new Engine(one.Rule);
            var final = one.Windows.Select((window, i) => Window(one, i, window.Tenths)).ToArray();
            var arrivals = final.Concat(final.Where((_, i) => i % 3 == 0)).ToArray();
            new Random(one.Seed).Shuffle(arrivals);
            foreach (var window in arrivals)
                engine.Take(window);
            foreach (var (index, tenths) in one.Revisions)
            {
                final[index] = Window(one, index, tenths);
                engine.Take(final[index]);
                engine.Take(final[index]);
            }

            return NaiveOracle.Run(one.Rule, final) == engine.State;
        });

    [Fact]
    public void The_alert_is_open_when_and_as_bad_as_the_oracle_says_after_each_window() => GenCase.Check(
        Cases / 20,
        one =>
        {
            var engine = new Engine(one.Rule);
            var known = new List<MetricWindow>();
            for (var i = 0; i < one.Windows.Length; i++)
            {
                known.Add(Window(one, i, one.Windows[i].Tenths));
                engine.Take(known[i]);
                engine.Project();
                var expected = NaiveOracle.Run(one.Rule, known);
                if (expected.IsOpen != engine.Alert is { IsOpen: true } || (expected.IsOpen && expected.Severity != engine.Alert!.Severity))
                    return false;
            }

            return true;
        });

    private static MetricWindow Window((Rule Rule, (int Tenths, int Rows)[] Windows, int ModelChange, (int, int)[], int) one, int index, int tenths) =>
        new(Story.Start + (Story.Hour * index), Story.Start + (Story.Hour * (index + 1)), tenths < 0 ? null : tenths / 10.0, tenths < 0 ? 0 : one.Windows[index].Rows)
        { ModelId = index < one.ModelChange ? "m1" : "m2" };

    private sealed class Engine(Rule rule)
    {
        private static readonly Deployment Deployment = new("d1", "d1");

        private readonly RuleSet _rules = new([rule], [], []);
        private readonly InstanceState _instance = new("d1", "all");
        /// <summary>The folded state.</summary>
        public NaiveOracle.State State
        {
            get
            {
                var state = _instance.Series.Single().Rules.Single().Current;
                return new(state.IsOpen, state.Severity, state.Phase == AlertPhase.Pending);
            }
        }

        /// <summary>The alert after the last window; null when there never was one.</summary>
        public Alert? Alert { get; private set; }

        /// <summary>Brings the alert in step with the state.</summary>
        public void Project()
        {
            var series = _instance.Series.Single();
            var key = new AlertKey("r", "d1", "all", "Accuracy", Story.Hour);
            Alert = AlertProjection.Of(key, _rules.FindEnabled("r")!, Deployment, series, series.Rules.Single(), Alert) ?? Alert;
        }

        public void Take(MetricWindow window)
        {
            new InstanceEvaluator(_rules, Deployment, _instance, TimeSpan.FromDays(7), window.End).Evaluate([new("Accuracy", Story.Hour, [window])], reading: 0);
        }
    }
}

using BenchmarkDotNet.Attributes;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace Benchmarks;

/// <summary>The evaluation alone, in memory. Budget: one window against one threshold rule in at most 100 ns without allocating.</summary>
[MemoryDiagnoser]
public class EvaluationBenchmarks
{
    private const int Metrics = 10;
    private const int RulesPerMetric = 10;
    private const int FoldedWindows = 400;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly Deployment Deployment = new("d1", "credit-risk");

    private readonly MetricWindow[] _windows =
    [
        .. Enumerable.Range(0, FoldedWindows).Select(hour => Window(hour, 0.9 - (hour % 7 * 0.02)))
    ];
    private readonly MetricDefinition _metric = MetricCatalogue.Find("Accuracy");
    private readonly InstanceState _alone = new("d1", "all");
    private CompiledRule _rule = null!;
    private RuleSet _hundred = null!;
    private InstanceState _instance = null!;
    private AlertState _state;
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        _rule = new(
            Parse("rules: [{ name: r, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } }, for: 3 windows }]").Rules[0]);
        var rules = Enumerable.Range(0, Metrics * RulesPerMetric).Select(
            i => $"- {{ name: r{i}, metric: m{i % Metrics}, when: {{ below: 0.{50 + (i / Metrics)} }}, for: 3 windows }}");
        _hundred = new(Parse($"rules:\n{string.Join('\n', rules)}").Rules, [], []);
        _instance = new("d1", "all");
        _next = 0;
        for (var i = 0; i < 200; i++)
            InstanceOfTenMetricsAgainstHundredRules();
    }

    [Benchmark]
    public StepResult OneWindowAgainstOneRule() => AlertStateMachine.Step(_rule, _metric, _windows.AsSpan(0, 8), _alone, ref _state);

    [Benchmark(OperationsPerInvoke = FoldedWindows)]
    public bool FoldOfFourHundredWindows()
    {
        var state = default(AlertState);
        for (var i = 0; i < FoldedWindows; i++)
            AlertStateMachine.Step(_rule, _metric, _windows.AsSpan(0, i + 1), _alone, ref state);
        return state.IsOpen;
    }

    /// <summary>One new window for each of ten metrics, each with ten rules: a hundred evaluations.</summary>
    [Benchmark(OperationsPerInvoke = Metrics * RulesPerMetric)]
    public bool InstanceOfTenMetricsAgainstHundredRules()
    {
        var window = Window(_next++, 0.9);
        SeriesWindows[] windows = [.. Enumerable.Range(0, Metrics).Select(metric => new SeriesWindows($"m{metric}", Hour, [window]))];
        return new InstanceEvaluator(_hundred, Deployment, _instance, TimeSpan.FromDays(7), DateTimeOffset.MinValue)
            .Evaluate(windows, reading: _next);
    }

    /// <summary>An instance of ten series with a week of windows each, to bytes.</summary>
    [Benchmark]
    public byte[] InstanceToBytes() => InstanceFormat.WriteRecent(_instance);

    private static RuleFile Parse(string yaml)
    {
        var file = RuleFile.Parse(yaml, "benchmark.yaml");
        return file.HasErrors ? throw new InvalidOperationException(string.Join('\n', file.Diagnostics)) : file;
    }

    private static MetricWindow Window(int hour, double value) =>
        new(Start + (Hour * hour), Start + (Hour * (hour + 1)), value, 500) { ModelId = "m1" };
}

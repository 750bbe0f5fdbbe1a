using System.Diagnostics;
using Simulation.World;

namespace Simulation.Running;

/// <summary>Runs many worlds, each on one thread, several at the same time.</summary>
public sealed class Campaign(Options options)
{
    private readonly Lock _lock = new();
    private readonly List<RunResult> _failures = [];
    private int _next = options.From;
    private bool _stops;

    /// <summary>What was counted.</summary>
    public Totals Totals { get; } = new();

    /// <summary>The worlds in which something was not as promised, in order of their seeds.</summary>
    public IReadOnlyList<RunResult> Failures => [.. _failures.OrderBy(failure => failure.Story.Seed)];

    /// <summary>Runs them all.</summary>
    /// <param name="progress">Called now and then with the worlds done so far.</param>
    /// <param name="failed">Called with each world in which something was not as promised.</param>
    public void Run(Action<int>? progress = null, Action<RunResult>? failed = null)
    {
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, Math.Max(1, options.Threads)).Select(_ => new Thread(() => Work(progress, failed))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Totals.Elapsed = clock.Elapsed;
    }

    private void Work(Action<int>? progress, Action<RunResult>? failed)
    {
        while (Interlocked.Increment(ref _next) - 1 is var seed && seed < options.From + options.Seeds && !_stops)
        {
            var result = Simulation.Running.Run.Of(StoryGenerator.Make(seed, options.Faults, options.NoHints));
            lock (_lock)
            {
                Totals.Add(result);
                if (result.Violations.Count > 0)
                {
                    _failures.Add(result);
                    failed?.Invoke(result);
                    _stops = options.Stop;
                }

                if (Totals.Worlds % 500 == 0)
                    progress?.Invoke(Totals.Worlds);
            }
        }
    }
}

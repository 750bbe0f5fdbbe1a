using Simulation.Faults;
using Simulation.Oracle;
using Simulation.Processes;
using Simulation.Time;
using Simulation.World;
using Environment = Simulation.Processes.Environment;

namespace Simulation.Running;

/// <summary>Lets a story happen and judges how it ends.</summary>
public sealed class Run
{
    private readonly Story _story;
    private readonly Scheduler _scheduler;
    private readonly EventLog _log;
    private readonly Environment _environment;
    private readonly List<SimulatedProcess> _processes;
    private readonly Operator _operator;

    private Run(Story story, bool keepsLines)
    {
        _story = story;
        _scheduler = new(story.Seed, Truth.StartOf(story.FirstHour), story.InOrder);
        _log = new(_scheduler, keepsLines);
        var faults = new FaultPlan(story.Seed, story.Faults, story.OnlyFaults);
        _environment = new(story, _log, _scheduler, faults);
        _processes = [.. Enumerable.Range(0, story.Processes).Select(number => new SimulatedProcess(
            _environment, $"p{number + 1}", TimeSpan.FromSeconds(story.Skews[number % story.Skews.Count]), faults))];
        _operator = new(_environment, _processes);
        _environment.World.Ask = _operator.Do;
    }

    /// <summary>Runs a story.</summary>
    public static RunResult Of(Story story, bool keepsLines = false) => new Run(story, keepsLines).Play();

    private RunResult Play()
    {
        _operator.Start();
        _scheduler.RunUntil(_scheduler.Now + TimeSpan.FromMinutes(1));
        foreach (var process in _processes)
            process.Start();
        foreach (var (at, action) in Timeline())
        {
            _scheduler.RunUntil(at);
            _environment.World.Now = _scheduler.Now;
            if (_scheduler.Strayed is not null || _scheduler.Unhandled is not null)
                break;
            action();
        }

        _scheduler.RunUntil(_story.End);
        _environment.World.Now = _scheduler.Now;
        var violations = Broken() is { } broken ? [broken] : new Judge(_environment, _processes, _operator).All();
        if (violations.Count == 0 && _story.TickMinutes == 10)
            violations = [.. Rest()];
        var result = new RunResult(_story, violations, _log.Hash)
        {
            Lines = _log.Lines,
            Attempts = _environment.Mailboxes.Attempts,
            Steps = _scheduler.Steps,
            Faults = _environment.Faults.Happened,
            Deaths = _processes.Sum(process => process.Deaths),
            Windows = _environment.World.Deployments.Values.Sum(one => one.Story.Series.Sum(series => (long)Math.Max(0, _story.Hours - series.FirstHour))),
            Notifications = _environment.Mailboxes.Taken.Count,
            Repetitions = _environment.Mailboxes.Repetitions,
        };
        foreach (var process in _processes)
            process.Pipeline?.Forget();
        _operator.Process.Pipeline?.Forget();
        return result;
    }

    /// <summary>Nothing changes any more: nothing is said any more, but reminders.</summary>
    private IEnumerable<Violation> Rest()
    {
        var before = _environment.Mailboxes.Attempts.Count;
        Tick(luck: 9, first: 0, second: 0);
        _scheduler.RunUntil(_story.End + TimeSpan.FromMinutes(10));
        var restless = _environment.World.Deployments.Values.Where(IsLosingHost).Select(deployment => deployment.Story.Id).ToHashSet(StringComparer.Ordinal);
        return _environment.Mailboxes.Attempts.Skip(before).Where(attempt => attempt.Words.Any(word => word.Change != "Reminded" && !restless.Contains(word.Id.Deployment)))
            .Select(attempt => new Violation("no rest", $"{attempt}"));
    }

    /// <summary>A host that is away for nearly long enough is gone any moment: that is news.</summary>
    private bool IsLosingHost(DeploymentState deployment) => deployment.Story.Hosts.Any(host =>
        deployment.AbsentSince(host) is { } since && (_scheduler.Now - since - TimeSpan.FromHours(_story.HostGoneHours)).Duration() <= AlertOracle.Margin);

    private Violation? Broken() =>
        _scheduler.Strayed is { } stack ? new("left the thread", stack)
        : _scheduler.Unhandled is { } exception ? new("unhandled exception", exception.ToString())
        : null;

    private List<(DateTimeOffset At, Action Action)> Timeline()
    {
        var timeline = new List<(DateTimeOffset At, Action Action)>();
        foreach (var one in _story.Events)
        {
            timeline.Add((Story.Start + one.At, () =>
            {
                _log.Note("world", one.Text);
                one.Apply(_environment.World);
                _operator.ApplyWhenChanged();
            }));
        }

        var chance = new Random(_story.Seed ^ 0x71C4);
        for (var tick = _scheduler.Now + TimeSpan.FromMinutes(_story.TickMinutes - 1); tick < _story.End; tick += TimeSpan.FromMinutes(_story.TickMinutes))
        {
            var (late, luck, first, second) = (chance.NextDouble() * 20, chance.Next(20), chance.Next(_processes.Count), chance.Next(_processes.Count));
            timeline.Add((tick + TimeSpan.FromSeconds(late), () => Tick(luck, first, second)));
        }

        for (var night = Story.Start + TimeSpan.FromMinutes(197); night < _story.End; night += TimeSpan.FromDays(1))
            timeline.Add((night, () => _processes[0].Begin("night", pipeline => pipeline.CleanAsync(CancellationToken.None))));
        timeline.Add((_story.QuietFrom, Calm));
        if (_story.ReplaysAtTheEnd)
            timeline.Add((_story.QuietFrom + TimeSpan.FromMinutes(5), () => _operator.Do("replay", "", 0)));
        return [.. timeline.Where(one => one.At > _scheduler.Now).OrderBy(one => one.At)];
    }

    /// <summary>The timer fires in one process; when things go wrong, now and then in two, or in none.</summary>
    private void Tick(int luck, int first, int second)
    {
        if (_environment.Faults.IsOn && luck == 0)
            return;
        Fire(_processes[first]);
        if (_environment.Faults.IsOn && luck == 1 && second != first)
            Fire(_processes[second]);

        static void Fire(SimulatedProcess process) => process.Begin("tick", pipeline => pipeline.TickAsync(CancellationToken.None));
    }

    /// <summary>From now on all goes well.</summary>
    private void Calm()
    {
        _log.Note("world", "calm");
        _environment.Faults.Stop();
        _environment.World.ChannelTroubles.Clear();
        _environment.World.SourceTroubles.Clear();
        foreach (var process in _processes)
            process.Restart();
        SimulatedProcess.SetClocks(_environment, _processes, TimeSpan.Zero);
    }
}

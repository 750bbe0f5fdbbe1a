using MetricsAlerts.Messaging;
using Simulation.Faults;
using Simulation.Ports;
using Simulation.Running;
using Simulation.Time;
using Simulation.World;

namespace Simulation.Processes;

/// <summary>A process: the pipeline's services, workers on its queues, a clock of its own. It can be killed at any call and starts anew later.</summary>
public sealed class SimulatedProcess
{
    private readonly Environment _environment;
    private readonly FaultPlan _faults;
    private readonly string _name;
    private int _lives;

    /// <summary>A process that is not running yet.</summary>
    public SimulatedProcess(Environment environment, string name, TimeSpan skew, FaultPlan faults)
    {
        (_environment, _name, _faults) = (environment, name, faults);
        Skew = skew;
        Context = new(environment.Scheduler, name);
        Context.Kill();
    }

    /// <summary>How far its clock is ahead when nobody sets it.</summary>
    public TimeSpan Skew { get; }

    /// <summary>Where its code runs; dead when it is not running.</summary>
    public ProcessContext Context { get; private set; }

    /// <summary>Its clock.</summary>
    public ProcessClock? Clock { get; private set; }

    /// <summary>The pipeline in it.</summary>
    public PipelineHost? Pipeline { get; private set; }

    /// <summary>How often it was killed.</summary>
    public int Deaths { get; private set; }

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => !Context.IsDead;

    /// <summary>
    /// Sets the clock of the machine on which all processes run: they keep agreeing within seconds, as computers that ask a time server do.
    /// The services have clocks of their own.
    /// </summary>
    public static void SetClocks(Environment environment, IEnumerable<SimulatedProcess> processes, TimeSpan ahead)
    {
        environment.ClockSet = ahead;
        foreach (var process in processes)
            process.Clock?.Offset = process.Skew + ahead;
    }

    /// <summary>Starts it.</summary>
    /// <param name="works">Whether it works on the queues.</param>
    public void Start(bool works = true)
    {
        Context = new(_environment.Scheduler, $"{_name}.{++_lives}");
        Clock = new(_environment.Scheduler, Context, Skew + _environment.ClockSet);
        var gate = new Gate(_environment.Scheduler, _faults, _environment.Log, Context, Kill);
        Pipeline = new PipelineHost(new(_environment, Context, Clock, gate));
        if (!works)
            return;
        foreach (var (queue, handler, stage) in Pipeline.Stages)
        {
            for (var number = 0; number < 2; number++)
            {
                var worker = new Worker(queue, handler, stage, Clock, new Dice(_environment.Story.Seed, (_lives * 100) + number));
                Context.Start(worker.RunAsync);
            }
        }
    }

    /// <summary>Kills it. It starts anew after a while.</summary>
    public void Kill(string where)
    {
        if (!IsRunning)
            return;
        Deaths++;
        _environment.Log.Note(Context.Name, "dies", where);
        Context.Kill();
        Pipeline?.Forget();
        Pipeline = null;
        var dice = new Dice(_environment.Story.Seed, (_lives * 7919) + _name.Length);
        var pause = TimeSpan.FromSeconds(dice.Next(4) > 0 ? 1 + dice.Next(30) : 60 + dice.Next(2400));
        _environment.Scheduler.Add(new(null, _environment.Scheduler.Now.UtcTicks + pause.Ticks, _ => Restart(), null));
    }

    /// <summary>Starts it if it does not run.</summary>
    public void Restart()
    {
        if (IsRunning)
            return;
        Start();
        _environment.Log.Note(Context.Name, "starts");
    }

    /// <summary>Begins a piece of work that is no message, such as a tick.</summary>
    public void Begin(string stage, Func<PipelineHost, Task> work)
    {
        if (Pipeline is not { } pipeline || !IsRunning)
            return;
        Context.Start(async () =>
        {
            HandlerScope.Current = new(stage);
            try
            {
                await work(pipeline);
                _environment.Log.Note(Context.Name, stage, "done");
            }
            catch (Exception exception)
            {
                _environment.Log.Note(Context.Name, stage, $"failed: {exception.GetType().Name} {exception.Message}");
                _environment.Failed(stage, exception);
            }
        });
    }
}

/// <summary>What a process is given.</summary>
public sealed record ProcessParts(Environment Environment, ProcessContext Context, ProcessClock Clock, Gate Gate);

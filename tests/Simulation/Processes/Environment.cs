using MetricsAlerts.Messaging;
using Simulation.Faults;
using Simulation.Oracle;
using Simulation.Ports;
using Simulation.Running;
using Simulation.Time;
using Simulation.World;

namespace Simulation.Processes;

/// <summary>What all processes of a run share: the services they use and the world they watch.</summary>
public sealed class Environment
{
    private readonly Random _choices;
    private TimeSpan _leastAhead;
    private TimeSpan _mostAhead;

    /// <summary>The surroundings of a story.</summary>
    public Environment(Story story, EventLog log, Scheduler scheduler, FaultPlan faults)
    {
        (Story, Log, Scheduler, Faults) = (story, log, scheduler, faults);
        World = new(story);
        _choices = new(story.Seed ^ 0x51A7);
        var time = new ProcessClock(scheduler, null, TimeSpan.Zero);
        Queues = QueueDefinitions.All.ToDictionary(
            queue => queue.Name, queue => new MemoryQueue(queue, time, story.InOrder ? null : most => _choices.Next(most)), StringComparer.Ordinal);
    }

    /// <summary>The story.</summary>
    public Story Story { get; }

    /// <summary>What happened.</summary>
    public EventLog Log { get; }

    /// <summary>The scheduler.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults { get; }

    /// <summary>By how much somebody set the processes' clocks ahead.</summary>
    public TimeSpan ClockSet
    {
        get;
        set
        {
            field = value;
            (_leastAhead, _mostAhead) = (value < _leastAhead ? value : _leastAhead, value > _mostAhead ? value : _mostAhead);
        }
    }

    /// <summary>How far apart two settings of the clocks were at most: what is measured from one to the other is as wrong.</summary>
    public TimeSpan ClockSpread => _mostAhead - _leastAhead;

    /// <summary>The world.</summary>
    public WorldState World { get; }

    /// <summary>The tables.</summary>
    public MemoryTableStore Tables { get; } = new();

    /// <summary>The queues by name.</summary>
    public IReadOnlyDictionary<string, MemoryQueue> Queues { get; }

    /// <summary>What was sent.</summary>
    public Mailboxes Mailboxes { get; } = new();

    /// <summary>Exceptions of work that is no message, with what it was.</summary>
    public List<(string Stage, Exception Exception, DateTimeOffset At)> Failures { get; } = [];

    /// <summary>Notes that such work failed.</summary>
    public void Failed(string stage, Exception exception) => Failures.Add((stage, exception, Scheduler.Now));
}

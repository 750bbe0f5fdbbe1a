namespace Simulation.Time;

/// <summary>
/// One thread, one clock that stands still while anything can run, and a seed that decides what runs next: everything that happens in a world
/// happens here, so the same seed gives the same run.
/// </summary>
/// <remarks>
/// What a timer or a port completes is completed without a synchronization context: a continuation that captured one is posted to it, one that
/// captured none runs in place. So nothing has a reason to go to the thread pool, and what comes back from there is noticed.
/// </remarks>
public sealed class Scheduler
{
    private readonly Random _random;
    private readonly bool _inOrder;
    private readonly List<Step> _ready = [];
    private readonly PriorityQueue<SimulatedTimer, (long Due, long Number)> _timers = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile string? _strayed;
    private long _number;

    /// <summary>A scheduler whose choices come from a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="start">What the right clock shows at first.</param>
    /// <param name="inOrder">Runs what became ready first, first, instead of choosing.</param>
    public Scheduler(int seed, DateTimeOffset start, bool inOrder = false)
    {
        _random = new(seed);
        _inOrder = inOrder;
        Now = start;
    }

    /// <summary>What the right clock shows.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Steps made so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The first exception that nobody awaited, or null.</summary>
    public Exception? Unhandled { get; private set; }

    /// <summary>Where something came from another thread: its stack; null when nothing did.</summary>
    public string? Strayed => _strayed;

    /// <summary>Makes something ready to run.</summary>
    internal void Ready(ProcessContext? context, SendOrPostCallback callback, object? state)
    {
        if (IsHere())
            _ready.Add(new(context, callback, state));
    }

    /// <summary>Lets a timer go off later.</summary>
    internal void Add(SimulatedTimer timer)
    {
        if (IsHere())
            _timers.Enqueue(timer, (timer.Due, _number++));
    }

    /// <summary>Completes after a while; never when the context's process is dead by then.</summary>
    public Task Wait(ProcessContext context, TimeSpan delay)
    {
        var source = new TaskCompletionSource();
        if (delay <= TimeSpan.Zero)
            Ready(null, static state => ((Completion)state!).Run(), new Completion(context, source));
        else
            Add(new(context, Now.UtcTicks + delay.Ticks, static state => ((TaskCompletionSource)state!).SetResult(), source));
        return source.Task;
    }

    /// <summary>Runs until the clock shows this time.</summary>
    public void RunUntil(DateTimeOffset until)
    {
        var before = SynchronizationContext.Current;
        try
        {
            while (_strayed is null && Unhandled is null)
            {
                if (_ready.Count > 0)
                {
                    Run(Take());
                }
                else if (_timers.TryPeek(out _, out var next) && next.Due <= until.UtcTicks)
                {
                    var timer = _timers.Dequeue();
                    Now = new(Math.Max(next.Due, Now.UtcTicks), TimeSpan.Zero);
                    SynchronizationContext.SetSynchronizationContext(null);
                    Guard(static state => ((SimulatedTimer)state!).GoOff(), timer);
                }
                else
                {
                    Now = until > Now ? until : Now;
                    return;
                }
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private Step Take()
    {
        if (_inOrder)
        {
            var first = _ready[0];
            _ready.RemoveAt(0);
            return first;
        }

        var index = _ready.Count == 1 ? 0 : _random.Next(_ready.Count);
        var step = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return step;
    }

    private void Run(Step step)
    {
        if (step.Context is { IsDead: true })
            return;
        SynchronizationContext.SetSynchronizationContext(step.Context);
        Guard(step.Callback, step.State);
    }

    private void Guard(SendOrPostCallback callback, object? state)
    {
        Steps++;
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            Unhandled ??= exception;
        }
    }

    private bool IsHere()
    {
        if (Environment.CurrentManagedThreadId == _thread)
            return true;
        _strayed ??= Environment.StackTrace;
        return false;
    }

    private readonly record struct Step(ProcessContext? Context, SendOrPostCallback Callback, object? State);

    private sealed record Completion(ProcessContext Context, TaskCompletionSource Source)
    {
        public void Run()
        {
            if (!Context.IsDead)
                Source.SetResult();
        }
    }
}

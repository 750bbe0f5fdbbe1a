namespace Simulation.Time;

/// <summary>Where the code of one process goes on after an await: in the scheduler, for as long as the process lives.</summary>
public sealed class ProcessContext(Scheduler scheduler, string name) : SynchronizationContext, IDisposable
{
    private readonly CancellationTokenSource _death = new();

    /// <summary>The process's name.</summary>
    public string Name => name;

    /// <summary>Whether the process was killed: nothing of it runs any more.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Cancelled when it was killed: whoever kept something for it lets it go.</summary>
    public CancellationToken Death => _death.Token;

    /// <summary>Nothing of the process runs after this.</summary>
    public void Kill()
    {
        IsDead = true;
        _death.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _death.Dispose();

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead)
            scheduler.Ready(this, d, state);
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts work of the process.</summary>
    public void Start(Func<Task> work) => Post(async state => await ((Func<Task>)state!)(), work);
}

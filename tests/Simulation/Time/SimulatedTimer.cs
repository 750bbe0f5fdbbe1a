namespace Simulation.Time;

/// <summary>Something that happens at a time, unless its process is dead by then.</summary>
internal sealed class SimulatedTimer(ProcessContext? context, long due, TimerCallback callback, object? state)
{
    private bool _isCancelled;

    public long Due => due;

    public void Cancel() => _isCancelled = true;

    public void GoOff()
    {
        if (!_isCancelled && context is not { IsDead: true })
            callback(state);
    }
}

using MetricsAlerts.Storage;
using Simulation.Running;
using Simulation.Time;

namespace Simulation.Faults;

/// <summary>The way of every call from a process to a port: it takes time, may fail before or after it took effect, and the process may die there.</summary>
public sealed class Gate(Scheduler scheduler, FaultPlan faults, EventLog log, ProcessContext process, Action<string> kill)
{
    /// <summary>The process that calls.</summary>
    public ProcessContext Process => process;

    /// <summary>Calls a port.</summary>
    /// <param name="call">What is called, for the log.</param>
    /// <param name="about">With what: a partition, a session, a deployment.</param>
    /// <param name="effect">What it does.</param>
    /// <param name="cancellationToken">Stops it before it took effect.</param>
    /// <param name="canConflict">Whether it is a batch of a table.</param>
    public async Task<T> CallAsync<T>(string call, string about, Func<Task<T>> effect, CancellationToken cancellationToken, bool canConflict = false)
    {
        if (process.IsDead)
            return await Never<T>();
        var scope = HandlerScope.Current;
        var fault = faults.Next(call, about, canConflict, scope?.Delivery ?? 0, scheduler.Now);
        log.Note(process.Name, call, about, fault.Kind == FaultKind.None ? "" : fault.Kind.ToString());
        await scheduler.Wait(process, fault.Latency);
        cancellationToken.ThrowIfCancellationRequested();
        switch (fault.Kind)
        {
            case FaultKind.DiesBefore when faults.IsOn:
                kill($"before {call} {about}");
                return await Never<T>();
            case FaultKind.FailsBefore or FaultKind.Throttled:
                throw Failure(call, fault);
            case FaultKind.Conflict:
                throw new TableConflictException(call, "", "", "has changed (simulated)");
            case FaultKind.LockLost:
                // The machine stood still: meanwhile others take the session, and what was read is old when it goes on.
                scope?.Session?.LoseLock();
                await scheduler.Wait(process, TimeSpan.FromSeconds(fault.Dice.Next(3) > 0 ? fault.Dice.Next(900) : 0));
                cancellationToken.ThrowIfCancellationRequested();
                break;
        }

        var result = await effect();
        switch (fault.Kind)
        {
            case FaultKind.DiesAfter when faults.IsOn:
                kill($"after {call} {about}");
                return await Never<T>();
            case FaultKind.FailsAfter:
                throw Failure(call, fault);
            case FaultKind.ConflictAfter:
                throw new TableConflictException(call, "", "", "exists already (simulated)");
        }

        if (fault.Dice.Next(2) == 0)
            await scheduler.Wait(process, TimeSpan.Zero);
        return result;
    }

    private static Exception Failure(string call, Fault fault) => fault.Dice.Next(5) switch
    {
        0 => new TimeoutException($"{call} took too long (simulated)."),
        1 => new TaskCanceledException($"{call} took too long (simulated)."),
        _ => new SimulatedFailureException($"{call} failed (simulated {fault.Kind})."),
    };

    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;
}

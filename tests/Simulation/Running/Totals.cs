using System.Globalization;
using Simulation.Faults;

namespace Simulation.Running;

/// <summary>What a campaign counted.</summary>
public sealed class Totals
{
    private readonly SortedDictionary<FaultKind, int> _faults = [];
    private long _steps;
    private long _windows;
    private long _deaths;
    private long _notifications;
    private long _repetitions;
    private long _events;

    /// <summary>Worlds.</summary>
    public int Worlds { get; private set; }

    /// <summary>Worlds with a violation.</summary>
    public int Failed { get; private set; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Counts a world.</summary>
    public void Add(RunResult result)
    {
        Worlds++;
        Failed += result.Violations.Count > 0 ? 1 : 0;
        _steps += result.Steps;
        _windows += result.Windows;
        _deaths += result.Deaths;
        _notifications += result.Notifications;
        _repetitions += result.Repetitions;
        _events += result.Story.Events.Count;
        foreach (var kind in result.Faults.Values)
            _faults[kind] = _faults.GetValueOrDefault(kind) + 1;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        worlds                            {Worlds:N0} in {Elapsed:hh\:mm\:ss}
        steps of the scheduler            {_steps:N0}
        windows                           {_windows:N0}
        events                            {_events:N0}
        faults                            {_faults.Values.Sum(count => (long)count):N0} ({string.Join(", ", _faults.Select(pair => $"{pair.Key} {pair.Value:N0}"))})
        deaths of processes               {_deaths:N0}
        notifications                     {_notifications:N0}
        repetitions in the documented gap {_repetitions:N0}
        violations                        {Failed:N0}
        """);
}

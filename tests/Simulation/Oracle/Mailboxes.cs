namespace Simulation.Oracle;

/// <summary>Everything that was sent to channels, taken or not.</summary>
public sealed class Mailboxes
{
    private readonly List<Attempt> _attempts = [];
    private readonly List<Attempt> _taken = [];

    /// <summary>Every attempt, in the order in which they began.</summary>
    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>Every attempt that was taken, in that order.</summary>
    public IReadOnlyList<Attempt> Taken => _taken;

    /// <summary>Messages that were taken again, with an attempt above 1.</summary>
    public int Repetitions => _taken.Count - _taken.DistinctBy(attempt => (attempt.Channel, attempt.NotificationId)).Count();

    /// <summary>An attempt begins.</summary>
    public void Begin(Attempt attempt) => _attempts.Add(attempt);

    /// <summary>The channel takes it.</summary>
    public void Take(Attempt attempt, DateTimeOffset now)
    {
        attempt.Taken = now;
        _taken.Add(attempt);
    }
}

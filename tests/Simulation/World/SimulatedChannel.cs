using Simulation.Faults;
using Simulation.Oracle;

namespace Simulation.World;

/// <summary>A channel of the world, as one process reaches it.</summary>
public sealed class SimulatedChannel(string name, WorldState world, Mailboxes mailboxes, Gate gate, Func<DateTimeOffset> now)
{
    /// <summary>Sends a message: what became of it is noted in it.</summary>
    public async Task<Outcome> SendAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        mailboxes.Begin(attempt);
        try
        {
            return attempt.Outcome = await gate.CallAsync("channel", name, () => Task.FromResult(Answer(attempt)), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return attempt.Outcome = Outcome.Unknown;
        }
    }

    private Outcome Answer(Attempt attempt)
    {
        switch (world.TroubleOf(name))
        {
            case Trouble.Down:
                return Outcome.Unknown;
            case Trouble.Throttles:
                return Outcome.Deferred;
            case Trouble.Refuses:
                return Outcome.Refused;
            case Trouble.TakesAndTimesOut:
                mailboxes.Take(attempt, now());
                return Outcome.Unknown;
            default:
                mailboxes.Take(attempt, now());
                return Outcome.Delivered;
        }
    }
}

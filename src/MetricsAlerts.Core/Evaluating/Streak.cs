using System.Numerics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>How far a patience has got: 16 bytes that forget everything but what decides.</summary>
/// <param name="Count">Windows counted: of the run, or among the last so many.</param>
/// <param name="Memory">The last windows as bits (newest lowest), or the run's length in ticks.</param>
internal readonly record struct Streak(int Count, long Memory)
{
    /// <summary>The run after one more judged window.</summary>
    public Streak Push(bool hit, long windowTicks, ForClause patience)
    {
        if (patience is ForClause.OutOf some)
        {
            var mask = some.Last == 64 ? ulong.MaxValue : (1UL << some.Last) - 1;
            var bits = (((ulong)Memory << 1) | (hit ? 1UL : 0UL)) & mask;
            return new(BitOperations.PopCount(bits), (long)bits);
        }

        return hit ? new(Count + 1, Memory + windowTicks) : default;
    }

    /// <summary>Whether the patience is at its end.</summary>
    public bool Satisfies(ForClause patience) => patience switch
    {
        ForClause.Windows windows => Count >= windows.Count,
        ForClause.OutOf some => Count >= some.Count,
        ForClause.Lasting lasting => Count > 0 && Memory >= lasting.Duration.Ticks,
        _ => false,
    };

    /// <summary>How much of the patience is used, as counts for a reason; for a duration in windows of <paramref name="windowTicks"/>.</summary>
    public (long Count, long Needed) Progress(ForClause patience, long windowTicks) => patience switch
    {
        ForClause.Windows windows => (Count, windows.Count),
        ForClause.OutOf some => (Count, some.Count),
        ForClause.Lasting lasting => (Count, (lasting.Duration.Ticks + windowTicks - 1) / windowTicks),
        _ => (0, 0),
    };
}

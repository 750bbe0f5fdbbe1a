using MetricsAlerts.Messaging;

namespace MetricsAlerts.Sqlite.Queues;

/// <summary>
/// Puts right, once a second at most and at the first use, what would otherwise hang:
/// <list type="bullet">
/// <item>Locks of owners that are gone are let go.</item>
/// <item>
/// When the clock was set back (seen by how it differs from elapsed time; at the first use always), what was written by the clock that was
/// ahead is moved: a message that was sent in the future keeps the time it had to wait, and a message id is remembered for no longer than
/// its window from now. Locks need nothing: one's own go by elapsed time, and another's that ends later than a lock can last is no lock.
/// </item>
/// </list>
/// When the clock is set forward, messages are due and ids forgotten early, which is harmless.
/// </summary>
internal sealed class QueueRepair(SqliteDatabase database, QueueDefinition definition, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>A clock that is set back by less is corrected, not wrong.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _looked;
    private TimeSpan _ahead = TimeSpan.MaxValue;

    public async Task LookAsync()
    {
        if (!IsTime(out var wasSetBack))
            return;
        var gone = database.Read(Others).Where(database.Owner.IsGone).ToList();
        if (gone.Count == 0 && !wasSetBack)
            return;
        await database.WriteAsync(
            session =>
            {
                foreach (var owner in gone)
                    session.Run("DELETE FROM locks WHERE owner=$owner", ("$owner", owner));
                if (wasSetBack)
                    MoveBack(session, time.GetUtcNow().UtcTicks);
                return true;
            },
            CancellationToken.None);
    }

    private bool IsTime(out bool wasSetBack)
    {
        lock (_lock)
        {
            wasSetBack = false;
            if (_looked is { } looked && time.GetElapsedTime(looked) < Every)
                return false;
            _looked = time.GetTimestamp();
            var ahead = TimeSpan.FromTicks(time.GetUtcNow().UtcTicks - time.GetElapsedTime(0).Ticks);
            wasSetBack = _ahead - Tolerance > ahead;
            _ahead = ahead;
            return true;
        }
    }

    private List<string> Others(SqliteSession session)
    {
        using var reader = session.Query("SELECT DISTINCT owner FROM locks WHERE owner<>$owner", ("$owner", database.Owner.Id));
        var others = new List<string>();
        while (reader.Read())
            others.Add(reader.GetString(0));
        return others;
    }

    private void MoveBack(SqliteSession session, long now)
    {
        session.Run(
            "UPDATE messages SET enqueue_at=enqueue_at-(sent_at-$now), sent_at=$now WHERE queue=$queue AND sent_at>$now",
            ("$queue", definition.Name), ("$now", now));
        session.Run(
            "UPDATE seen SET until=$until WHERE queue=$queue AND until>$until",
            ("$queue", definition.Name), ("$until", now + definition.DuplicateDetectionWindow.Ticks));
    }
}

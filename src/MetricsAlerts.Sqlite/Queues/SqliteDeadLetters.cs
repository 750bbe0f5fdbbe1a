using MetricsAlerts.Messaging;
using Microsoft.Data.Sqlite;

namespace MetricsAlerts.Sqlite.Queues;

/// <summary>The dead letters of a queue, as rows.</summary>
internal sealed class SqliteDeadLetters(SqliteDatabase database, QueueDefinition definition)
{
    private const string Columns = "id, session, schema, body, deliveries, seq, enqueue_at, trace, reason, description, dead_at";

    /// <summary>Moves a message here.</summary>
    public static void Add(SqliteSession session, ReceivedMessage message, string reason, string description, long now)
    {
        session.Run(
            """
            INSERT INTO dead_letters(seq, queue, session, id, schema, body, trace, enqueue_at, deliveries, reason, description, dead_at)
            SELECT seq, queue, session, id, schema, body, trace, enqueue_at, deliveries, $reason, $description, $now
            FROM messages WHERE seq=$seq
            """,
            ("$seq", message.SequenceNumber), ("$reason", reason), ("$description", description), ("$now", now));
        session.Run("DELETE FROM messages WHERE seq=$seq", ("$seq", message.SequenceNumber));
    }

    public IReadOnlyList<DeadLetter> Peek(int maxMessages) => database.Read(session =>
    {
        using var reader = session.Query(
            $"SELECT {Columns} FROM dead_letters WHERE queue=$queue ORDER BY seq LIMIT $max",
            ("$queue", definition.Name), ("$max", maxMessages));
        var dead = new List<DeadLetter>();
        while (reader.Read())
            dead.Add(Of(reader));
        return dead;
    });

    public DeadLetter? Find(long sequenceNumber) => database.Read(session => Find(session, sequenceNumber));

    public Task<DeadLetter?> RemoveAsync(long sequenceNumber, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var found = Find(session, sequenceNumber);
            session.Run("DELETE FROM dead_letters WHERE queue=$queue AND seq=$seq", ("$queue", definition.Name), ("$seq", sequenceNumber));
            return found;
        },
        cancellationToken);

    private DeadLetter? Find(SqliteSession session, long sequenceNumber)
    {
        using var reader = session.Query(
            $"SELECT {Columns} FROM dead_letters WHERE queue=$queue AND seq=$seq", ("$queue", definition.Name), ("$seq", sequenceNumber));
        return reader.Read() ? Of(reader) : null;
    }

    private static DeadLetter Of(SqliteDataReader reader) =>
        new(SqliteQueue.MessageOf(reader), reader.GetString(8), reader.GetString(9), new(reader.GetInt64(10), TimeSpan.Zero));
}

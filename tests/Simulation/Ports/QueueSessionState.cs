namespace Simulation.Ports;

/// <summary>The messages of one session, in order of their sequence numbers, and who holds it.</summary>
internal sealed class QueueSessionState(string id)
{
    private QueueEntry? _firstDue;

    public string Id => id;

    public SortedList<long, QueueEntry> Entries { get; } = [];

    public MemorySession? Holder { get; set; }

    /// <summary>The message that is due first; there must be one.</summary>
    public QueueEntry FirstDue => _firstDue ??= Entries.Values.MinBy(entry => (entry.DueAt, entry.Sequence))!;

    public void Add(QueueEntry entry)
    {
        Entries.Add(entry.Sequence, entry);
        _firstDue = null;
    }

    public void Remove(QueueEntry entry)
    {
        Entries.Remove(entry.Sequence);
        _firstDue = null;
    }
}

using System.Runtime.InteropServices;
using Simulation.Time;

namespace Simulation.Running;

/// <summary>Everything that happened in a run, as one hash, and as lines for those who want to read them.</summary>
public sealed class EventLog(Scheduler scheduler, bool keepsLines)
{
    private readonly List<string> _lines = [];
    private ulong _hash = 14695981039346656037;

    /// <summary>The same for the same run.</summary>
    public ulong Hash => _hash;

    /// <summary>What happened; empty unless asked for.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Whether it keeps lines.</summary>
    public bool KeepsLines => keepsLines;

    /// <summary>Keeps a line that is no event of its own.</summary>
    public void Comment(string who, string text) => _lines.Add($"{scheduler.Now:MM-dd HH:mm:ss.fff} {who,-10}   {text}");

    /// <summary>Notes something.</summary>
    public void Note(string who, string what, string more = "", string mark = "")
    {
        Add(scheduler.Now.UtcTicks);
        Add(who);
        Add(what);
        Add(more);
        Add(mark);
        if (keepsLines)
            _lines.Add($"{scheduler.Now:MM-dd HH:mm:ss.fff} {who,-10} {what} {more} {mark}".TrimEnd());
    }

    private void Add(string text)
    {
        foreach (var value in MemoryMarshal.AsBytes(text.AsSpan()))
            Mix(value);
        Mix(0xFF);
    }

    private void Add(long number)
    {
        for (var i = 0; i < 8; i++)
            Mix((byte)(number >> (i * 8)));
    }

    private void Mix(byte value) => _hash = (_hash ^ value) * 1099511628211;
}

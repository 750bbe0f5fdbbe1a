using System.Runtime.InteropServices;

namespace MetricsAlerts.Simulator.World;

/// <summary>Numbers that look random and depend only on what they are asked for: nothing has to be drawn in order or kept.</summary>
internal static class Noise
{
    /// <summary>A number from 0 to below 1 for a text, a time and a purpose (SplitMix64 over FNV-1a).</summary>
    public static double Of(string text, DateTimeOffset time, int purpose)
    {
        var hash = 14695981039346656037UL ^ (ulong)purpose;
        foreach (var half in MemoryMarshal.Cast<char, ushort>(text.AsSpan()))
            hash = (hash ^ half) * 1099511628211UL;
        hash ^= (ulong)time.UtcTicks;
        hash += 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return ((hash ^ (hash >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}

namespace Simulation.Faults;

/// <summary>Chance that is a function of two numbers: dropping one throw does not change the others.</summary>
public struct Dice(int seed, long number)
{
    private ulong _state = ((ulong)(uint)seed * 0x9E3779B97F4A7C15) ^ ((ulong)number * 0xD1B54A32D192ED03) ^ 0x2545F4914F6CDD1D;

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    public int Next(int below) => (int)(Draw() % (ulong)below);

    /// <summary>0 to 1.</summary>
    public double NextDouble() => (Draw() >> 11) * (1.0 / (1UL << 53));

    private ulong Draw()
    {
        // SplitMix64.
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

using System.Globalization;

namespace Benchmarks;

/// <summary>The most memory that the process has had resident since this was created. Linux only; zero elsewhere.</summary>
internal sealed class PeakMemory
{
    private const string Reset = "/proc/self/clear_refs";

    public PeakMemory()
    {
        if (File.Exists(Reset))
            File.WriteAllText(Reset, "5");
    }

    /// <summary>In bytes.</summary>
    public long Peak => File.Exists("/proc/self/status")
        ? 1024 * long.Parse(
            File.ReadLines("/proc/self/status").Single(
                line => line.StartsWith("VmHWM:", StringComparison.Ordinal))["VmHWM:".Length..^" kB".Length],
            CultureInfo.InvariantCulture)
        : 0;
}

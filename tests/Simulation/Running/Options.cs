using System.Globalization;
using Simulation.Faults;

namespace Simulation.Running;

/// <summary>What the program is asked.</summary>
public sealed record Options
{
    /// <summary>How to call it.</summary>
    public const string Help = """
        Usage: Simulation [--seeds N] [--from S] [--seed S] [--no-hints] [--faults off|few|many] [--verbose] [--stop] [--threads N]
          --seeds N   so many worlds (default 300), from the seed that --from says (default 1)
          --seed S    this world only
          --no-hints  every message on 'notifications' is lost unless the sweep sent it
          --faults    how much goes wrong; by default the seed says
          --verbose   everything that happens, line by line (with --seed)
          --stop      stops at the first violation
          --threads N worlds at the same time (default: one for each processor)
        """;

    /// <summary>Worlds.</summary>
    public int Seeds { get; init; } = 300;

    /// <summary>The first seed.</summary>
    public int From { get; init; } = 1;

    /// <summary>Whether all hints are lost.</summary>
    public bool NoHints { get; init; }

    /// <summary>How much goes wrong; null for what the seed says.</summary>
    public FaultLevel? Faults { get; init; }

    /// <summary>Whether to print everything that happens.</summary>
    public bool Verbose { get; init; }

    /// <summary>Whether to stop at the first violation.</summary>
    public bool Stop { get; init; }

    /// <summary>Whether failures are shrunk.</summary>
    public bool Shrinks { get; init; } = true;

    /// <summary>Worlds at the same time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Reads a command line; null when it cannot be read.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Count; i++)
        {
            var number = i + 1 < arguments.Count && int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out var parsed) ? parsed : (int?)null;
            var read = (arguments[i], number) switch
            {
                ("--seeds", { } seeds) => options with { Seeds = seeds },
                ("--from", { } from) => options with { From = from },
                ("--seed", { } seed) => options with { From = seed, Seeds = 1 },
                ("--threads", { } threads) => options with { Threads = threads },
                ("--faults", _) when i + 1 < arguments.Count && Enum.TryParse<FaultLevel>(arguments[i + 1], ignoreCase: true, out var level) => options with { Faults = level },
                ("--no-hints", _) => options with { NoHints = true },
                ("--verbose", _) => options with { Verbose = true },
                ("--stop", _) => options with { Stop = true },
                ("--no-shrink", _) => options with { Shrinks = false },
                _ => null,
            };
            if (read is null)
                return null;
            i += arguments[i] is "--no-hints" or "--verbose" or "--stop" or "--no-shrink" ? 0 : 1;
            options = read;
        }

        return options;
    }
}

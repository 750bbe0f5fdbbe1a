using Spectre.Console;

namespace MetricsAlerts.Cli.Output;

/// <summary>Tables on the standard output.</summary>
internal static class Tables
{
    /// <summary>What no cell needs.</summary>
    private const int Unlimited = 10_000;

    /// <summary>Writes a table; into a file or a pipe each row as one line, so that it can be copied and searched.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = Unlimited;
        AnsiConsole.Write(table);
    }
}

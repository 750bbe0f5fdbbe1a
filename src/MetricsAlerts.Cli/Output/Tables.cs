using MetricsAlerts.Formats;
using Spectre.Console;

namespace MetricsAlerts.Cli.Output;

/// <summary>Tables on the standard output.</summary>
internal static class Tables
{
    /// <summary>What no cell needs.</summary>
    private const int Unlimited = 10_000;

    /// <summary>
    /// Prints a table for people; in a pipe a line for each row with its cells separated by tabs, so that nothing is broken or cut.
    /// Whatever controls a terminal is taken out of the cells. A first column that is called Id is never broken.
    /// </summary>
    public static void Print(IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        var clean = rows.Select(row => row.Select(cell => Texts.Clean(cell, Unlimited)).ToArray());
        if (Console.IsOutputRedirected)
        {
            foreach (var row in clean.Prepend([.. columns]))
                Console.WriteLine(string.Join('\t', row));
            return;
        }

        var table = new Table();
        foreach (var column in columns)
            table.AddColumn(column, formatted => formatted.NoWrap = column == "Id");
        foreach (var row in clean)
            table.AddRow([.. row.Select(Markup.Escape)]);
        Write(table);
    }

    /// <summary>Writes a table; into a file or a pipe each row as one line, so that it can be copied and searched.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = Unlimited;
        AnsiConsole.Write(table);
    }
}

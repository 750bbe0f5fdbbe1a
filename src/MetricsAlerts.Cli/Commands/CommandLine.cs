using System.CommandLine;

namespace MetricsAlerts.Cli.Commands;

/// <summary>The command line: parses, runs, and turns what went wrong into a line on stderr and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Tells your team in its chat when a model deployed on DataRobot gets worse.")
        {
            DemoCommand.Create(),
            ServeCommand.Create(),
            SimulateCommand.Create(),
            DeploymentsCommand.Create(),
            MetricsCommand.Create(),
            CollectCommand.Create(),
            RulesCommand.Create(),
            BacktestCommand.Create(),
            AlertsCommand.Create(),
            ExplainCommand.Create(),
            ChannelsCommand.Create(),
            SilencesCommand.Create(),
            DeadLettersCommand.Create(),
        };
        ParseResult? parsed = null;
        try
        {
            parsed = root.Parse(args);
            if (parsed.Errors.Count == 0)
                return await parsed.InvokeAsync(ConfigurationOf(parsed));
            foreach (var error in parsed.Errors)
                Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("Try: metrics-alerts --help");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Failed;
        }
        catch (Exception exception)
        {
            var (message, exitCode) = Explanation.Of(exception, parsed is null ? null : DataFileOf(parsed));
            Console.Error.WriteLine(message);
            if (args.Contains("--verbose") || Environment.GetEnvironmentVariable(Explanation.DebugVariable) is { Length: > 0 })
                Console.Error.WriteLine(exception);
            return exitCode;
        }
    }

    private static InvocationConfiguration ConfigurationOf(ParseResult parsed)
    {
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };

        // Everything else ends at once; what `serve` has under way may end, and the process is not killed before.
        if (parsed.CommandResult.Command.Name == ServeCommand.Name)
            configuration.ProcessTerminationTimeout = ServeCommand.StopTimeout + TimeSpan.FromSeconds(5);
        return configuration;
    }

    private static FileInfo? DataFileOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.OfType<Option<FileInfo>>().FirstOrDefault(option => option.Name == "--data") is { } data
            ? parsed.GetValue(data)
            : null;
}

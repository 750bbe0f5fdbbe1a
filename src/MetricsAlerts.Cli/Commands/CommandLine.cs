using System.CommandLine;
using MetricsAlerts.Metrics.Sources;
using Spectre.Console;

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
            ChannelsCommand.Create(),
            SilencesCommand.Create(),
            DeadLettersCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("Try: metrics-alerts --help");
            return ExitCode.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };

            // Everything else ends at once; what `serve` has under way may end, and the process is not killed before.
            if (parsed.CommandResult.Command.Name == ServeCommand.Name)
                configuration.ProcessTerminationTimeout = ServeCommand.StopTimeout + TimeSpan.FromSeconds(5);
            return await parsed.InvokeAsync(configuration);
        }
        catch (UsageException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception is MetricSourceException or InvalidDataException or IOException or UnauthorizedAccessException or FailedException)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Failed;
        }
    }
}

using System.CommandLine;
using MetricsAlerts.Alerts;
using MetricsAlerts.Cli.Backtesting;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>backtest</c>: what rules would have told of the past.</summary>
internal static class BacktestCommand
{
    public static Command Create()
    {
        var rules = Options.ExistingFile("--rules", "The rule file.");
        rules.Required = true;
        var windows = Options.ExistingFile("--windows", "Windows (CSV): deployment,instance,metric,start,end,value,sample_size,baseline.");
        var recording = Options.ExistingFile("--recording", "A recording of predictions (CSV).");
        var since = Options.OptionalDuration("--since", "Read this time span up to now from DataRobot.");
        var bucket = Options.OptionalDuration("--bucket", "With --recording: the length of windows, whatever the rules say.");
        var endpoint = Options.Endpoint();
        var output = Options.Output("text", "json");
        var command = new Command("backtest", "Says what rules would have told of the past.")
        {
            rules,
            windows,
            recording,
            since,
            bucket,
            endpoint,
            output,
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { windows, recording, since }.Count(option => result.GetResult(option) is { Implicit: false }) != 1)
                result.AddError("Give one of --windows, --recording and --since.");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = RulesCommand.ReadFile(parsed.GetValue(rules)!.FullName);
            var (problems, remarks) = (new List<string>(), new List<string>());
            var read = file.Rules.Select(
                rule =>
                    parsed.GetValue(bucket) is { } length && parsed.GetValue(recording) is not null ? rule with { Bucket = length } : rule);
            var ruleSet = new RuleSet(read, [], []);
            var history = parsed.GetValue(windows) is { } csv ? ReadFile(csv, problems)
                : parsed.GetValue(recording) is { } predictions ? await ReadRecordingAsync(predictions, ruleSet, problems, cancellation)
                : await ReadLiveAsync(
                    parsed.GetValue(endpoint), parsed.GetValue(since)!.Value, ruleSet, (problems, remarks), cancellation);

            var told = Backtest.Run(ruleSet, history);
            if (parsed.GetValue(output) == "json")
            {
                foreach (var one in told)
                    Console.WriteLine(ChangeLine.Of(one));
            }
            else
            {
                BacktestReport.Print(Console.Out, told, history);
            }

            foreach (var remark in remarks.Concat(WindowRemarks.Of(ruleSet, history)))
                Console.Error.WriteLine(remark);
            foreach (var problem in problems)
                Console.Error.WriteLine(problem);
            return problems.Count == 0 ? ExitCode.Fine : ExitCode.Failed;
        });
        return command;
    }

    private static IReadOnlyList<SeriesWindow> ReadFile(FileInfo file, List<string> problems)
    {
        using var reader = file.OpenText();
        return WindowsFile.Read(reader, file.Name, problems);
    }

    private static async Task<IReadOnlyList<SeriesWindow>> ReadRecordingAsync(
        FileInfo recording, RuleSet rules, List<string> problems, CancellationToken cancellationToken)
    {
        var world = RecordingReader.Read(recording.FullName);
        await using var simulator = await SimulatorHost.StartAsync(world, new SimulatedClock(world.End), 0, cancellationToken);
        await using var services = MetricsCommand.Services(simulator.Endpoint, token: "simulated");
        var windows = new SourceWindows(services.GetRequiredService<IMetricSource>(), rules, _ => true, problems);
        return await windows.ReadAsync(world.Start, world.End, cancellationToken);
    }

    private static async Task<IReadOnlyList<SeriesWindow>> ReadLiveAsync(
        Uri? endpoint,
        TimeSpan since,
        RuleSet rules,
        (List<string> Problems, List<string> Remarks) said,
        CancellationToken cancellationToken)
    {
        await using var services = MetricsCommand.Services(endpoint);
        var now = DateTimeOffset.UtcNow;
        var chosen = new DeploymentChoice();
        EmbeddedConfiguration.Build([]).GetSection($"{CollectionOptions.Section}:{nameof(CollectionOptions.Deployments)}").Bind(chosen);
        var windows = new SourceWindows(services.GetRequiredService<IMetricSource>(), rules, chosen.Compile(), said.Problems);
        var read = await windows.ReadAsync(now - since, now, cancellationToken);
        said.Remarks.AddRange(windows.Remarks);
        return read;
    }
}

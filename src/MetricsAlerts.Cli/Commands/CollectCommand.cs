using System.CommandLine;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.DataRobot;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>collect --once</c>: one tick by hand, with its report.</summary>
internal static class CollectCommand
{
    private const int MostRemarks = 25;

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Collect one tick; serve collects on its schedule.", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and report, and leave neither checkpoints nor messages behind." };
        var rules = Options.ExistingFile("--rules", "A rule file that says what to read; default: the rules that are stored.");
        var data = Options.Data();
        var endpoint = Options.Endpoint();
        var command = new Command("collect", "Reads every deployment that a rule is for and reports what is new and what is wrong.")
        {
            once, dryRun, rules, data, endpoint,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(data)!,
            parsed.GetValue(dryRun),
            parsed.GetValue(rules) is { } file ? RulesCommand.ReadFile(file.FullName) : null,
            parsed.GetValue(endpoint),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo data, bool dryRun, RuleFile? rules, Uri? endpoint, CancellationToken cancellationToken)
    {
        // A dry run works on a copy, so that it does all that a run does and leaves nothing behind.
        var scratch = dryRun ? Directory.CreateTempSubdirectory("metrics-alerts-dry-run-") : null;
        try
        {
            var file = data;
            if (scratch is not null)
            {
                file = new(Path.Combine(scratch.FullName, "dry-run.db"));
                CopyDatabase(data, file);
            }

            await using var services = Services(file, endpoint);
            if (rules is not null)
                await services.GetRequiredService<RuleStore>().ApplyAsync(rules, cancellationToken);
            if (!(await services.GetRequiredService<RuleStore>().GetAsync(cancellationToken)).Enabled.Any())
                Console.WriteLine("There is no rule, so nothing is read: give --rules FILE, or store rules with 'rules apply'.");
            var state = await CollectAsync(services, cancellationToken);
            Print(state, dryRun);
            return state.Report.IsHealthy ? ExitCode.Fine : ExitCode.Failed;
        }
        finally
        {
            scratch?.Delete(recursive: true);
        }
    }

    /// <summary>With what is still in the write-ahead log beside it.</summary>
    private static void CopyDatabase(FileInfo from, FileInfo to)
    {
        foreach (var suffix in (string[])["", "-wal"])
        {
            if (File.Exists(from.FullName + suffix))
                File.Copy(from.FullName + suffix, to.FullName + suffix);
        }
    }

    private static async Task<TickState> CollectAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        var reports = services.GetRequiredService<TickReports>();
        var worker = services.GetRequiredService<PipelineWorkers>().Collect;
        ProgressColumn[] columns = [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()];
        return await AnsiConsole.Progress().Columns(columns).StartAsync(async progress =>
        {
            var task = progress.AddTask("Reading the list of deployments", autoStart: true, maxValue: 1);
            await services.GetRequiredService<CollectionScheduler>().RunAsync(cancellationToken);
            var working = worker.DrainAsync(concurrency: 2, cancellationToken);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            do
            {
                if (await reports.LoadAsync(cancellationToken) is { Shards: > 0 } state)
                {
                    task.Description = $"Collecting {Counted.Of(state.Shards, "shard")}";
                    task.MaxValue(state.Shards).Value(state.Finished);
                }
            }
            while (!working.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken));
            await working;
            task.Value(task.MaxValue);
            return (await reports.LoadAsync(cancellationToken))!;
        });
    }

    private static void Print(TickState state, bool dryRun)
    {
        var report = state.Report;
        var at = Timestamps.Format(Timestamps.Floor(report.At, TimeSpan.FromSeconds(1)));
        var published = dryRun ? " (dry run: nothing was published)" : "";
        var each = report.Deployments > 0 ? $" ({Numbers.Short(report.Requests / (double)report.Deployments)} a deployment)" : "";
        Console.WriteLine(
            $"{at}: {report.Deployments} deployments, {report.Series} series, {report.Windows} new or revised windows{published}, " +
            $"{report.Requests} requests{each}.");
        if (dryRun)
            PrintPlan(report);
        foreach (var gone in report.Gone)
            Console.WriteLine($"gone     {gone}");
        PrintRemarks("failed", report.Failures);
        PrintRemarks("note", report.Notes);
        if (report.Skipped > 0)
            Console.WriteLine($"{report.Skipped} deployments were left to another tick that is under way.");
        if (report.Behind > 0)
            Console.WriteLine($"{report.Behind} deployments were not reached within the time limit; they are the first of the next tick.");
    }

    /// <summary>What the requests were for: what a tick costs.</summary>
    private static void PrintPlan(CollectionReport report)
    {
        foreach (var cost in report.Plan)
            Console.WriteLine($"plan     {cost.What}: {cost.Requests} requests");
        var others = report.Requests - report.Plan.Sum(cost => cost.Requests);
        Console.WriteLine($"plan     lists, settings, completeness and models: {others} requests");
    }

    private static void PrintRemarks(string kind, IReadOnlyList<CollectionRemark> remarks)
    {
        foreach (var remark in remarks.Take(MostRemarks))
            Console.WriteLine($"{kind,-8} {remark.Label}: {remark.Text}");
        if (remarks.Count > MostRemarks)
            Console.WriteLine($"{kind,-8} and {remarks.Count - MostRemarks} more.");
    }

    private static ServiceProvider Services(FileInfo data, Uri? endpoint)
    {
        var settings = new Dictionary<string, string?> { ["Sqlite:File"] = data.FullName };
        if (endpoint is not null)
            settings["DataRobot:Endpoint"] = endpoint.ToString();
        var configuration = EmbeddedConfiguration.Build(settings);
        var services = new ServiceCollection().AddLogging().AddEmbeddedPipeline(configuration).BuildServiceProvider();
        try
        {
            _ = services.GetRequiredService<IOptions<DataRobotOptions>>().Value;
            return services;
        }
        catch (OptionsValidationException exception)
        {
            services.Dispose();
            throw new UsageException(string.Join(' ', SettingFailures.InPlainWords(exception.Failures)));
        }
    }
}

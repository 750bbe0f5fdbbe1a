using System.CommandLine;
using System.Text.Json;
using MetricsAlerts.AzureTables;
using MetricsAlerts.Backtesting;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Yaml;
using MetricsAlerts.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>rules</c>: brings rule files into the tables and shows what is there.</summary>
internal static class RulesCommand
{
    public static Command Create() =>
        new("rules", "Checks, tests, applies and lists rules.") { CreateLint(), CreateTest(), CreateApply(), CreateList(), CreateSchema() };

    private static Command CreateLint()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The rule file." };
        file.AcceptExistingOnly();
        var command = new Command("lint", "Reports everything that is wrong with a rule file.") { file };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            var rules = RuleFile.Parse(File.ReadAllText(path.FullName), path.Name);
            foreach (var diagnostic in rules.Diagnostics)
                Console.WriteLine(diagnostic);
            var errors = rules.Diagnostics.Count(diagnostic => diagnostic.Level == DiagnosticLevel.Error);
            Console.Error.WriteLine(
                $"{Counted.Of(rules.Rules.Count, "rule")} without an error, {Counted.Of(errors, "error")}, " +
                Counted.Of(rules.Diagnostics.Count - errors, "warning"));
            return rules.HasErrors ? ExitCode.Failed : ExitCode.Fine;
        });
        return command;
    }

    private static Command CreateSchema()
    {
        var command = new Command("schema", "Prints the JSON Schema of rule files.");
        command.SetAction(_ => Console.Write(RuleSchema.ToJson()));
        return command;
    }

    private static Command CreateTest()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Files of rule tests.", Arity = ArgumentArity.OneOrMore };
        files.AcceptExistingOnly();
        var command = new Command("test", "Runs scenario tests of rules.") { files };
        command.SetAction(
            parsed => parsed.GetValue(files)!.Select(RunTests).ToList().TrueForAll(passed => passed) ? ExitCode.Fine : ExitCode.Failed);
        return command;
    }

    private static bool RunTests(FileInfo path)
    {
        var file = RuleTestFile.Parse(
            File.ReadAllText(path.FullName), path.Name, name => File.ReadAllText(Path.Combine(path.DirectoryName!, name)));
        foreach (var diagnostic in file.Diagnostics)
            Console.Error.WriteLine(diagnostic);
        var results = file.Tests.Select(test => RuleTestRunner.Run(file.Rules, test)).ToList();
        foreach (var result in results)
        {
            Console.WriteLine($"{(result.Passed ? "ok  " : "FAIL")} {path.Name}: {result.Test.Name}");
            foreach (var problem in result.Problems)
                Console.WriteLine($"  {problem.Replace("\n", "\n  ", StringComparison.Ordinal)}");
        }

        Console.WriteLine($"{results.Count(result => result.Passed)} passed, {results.Count(result => !result.Passed)} failed");
        return results.TrueForAll(result => result.Passed) &&
            !file.Diagnostics.Any(diagnostic => diagnostic.Level == DiagnosticLevel.Error);
    }

    private static Command CreateApply()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The rule file." };
        file.AcceptExistingOnly();
        var (data, tables) = (Options.Data(), Options.Tables());
        var command = new Command("apply", "Stores what a file says, section by section; what it does not have stays as it is.")
        {
            file,
            data,
            tables,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var rules = ReadFile(parsed.GetValue(file)!.FullName);
            await using var services = Services(parsed.GetValue(data)!, parsed.GetValue(tables));
            var changes = await services.GetRequiredService<RuleStore>().ApplyAsync(rules, cancellation);
            Console.WriteLine(changes);
            foreach (var warning in changes.Warnings)
                Console.Error.WriteLine($"warning: {warning}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command CreateList()
    {
        var (data, tables, output) = (Options.Data(), Options.Tables(), Options.Output("table", "json"));
        var command = new Command("list", "Shows the stored rules.") { data, tables, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = Services(parsed.GetValue(data)!, parsed.GetValue(tables));
            var stored = await services.GetRequiredService<RuleStore>().LoadAsync(cancellation);
            foreach (var diagnostic in stored.Diagnostics)
                Console.Error.WriteLine(diagnostic);
            if (parsed.GetValue(output) == "json")
                PrintJson(stored);
            else
                PrintTable(stored);
            return stored.HasErrors ? ExitCode.Failed : ExitCode.Fine;
        });
        return command;
    }

    /// <summary>Reads a rule file; warnings go to stderr.</summary>
    /// <exception cref="FailedException">The file has errors; they are all in the message.</exception>
    internal static RuleFile ReadFile(string path)
    {
        var file = RuleFile.Parse(File.ReadAllText(path), Path.GetFileName(path));
        if (file.HasErrors)
            throw new FailedException(string.Join('\n', file.Diagnostics));
        foreach (var diagnostic in file.Diagnostics)
            Console.Error.WriteLine(diagnostic);
        return file;
    }

    private static ServiceProvider Services(FileInfo data, string? tables)
    {
        var isAddress = Uri.TryCreate(tables, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sqlite:File"] = data.FullName,
            ["Tables:ServiceUri"] = isAddress ? tables : null,
            ["Tables:ConnectionString"] = isAddress ? null : tables,
        }).Build();
        var services = new ServiceCollection().AddLogging();
        services.AddMetricsAlertsPipeline(configuration);
        return (tables is null ? services.AddSqliteStorage(configuration) : services.AddAzureTables(configuration)).BuildServiceProvider();
    }

    private static void PrintJson(RuleFile stored)
    {
        foreach (var rule in stored.Rules)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                name = rule.Name,
                metric = rule.Metric.Text,
                when = rule.When.ToYaml(),
                @for = rule.For.ToString(),
                bucket = Durations.Format(rule.Bucket),
                instances = rule.Instances.ToYaml(),
                enabled = rule.Enabled,
                notify = rule.Notify,
            }));
        }
    }

    private static void PrintTable(RuleFile stored)
    {
        var table = new Table().AddColumns("Rule", "Metric", "When", "For", "Windows", "Instances", "Notify");
        foreach (var rule in stored.Rules)
        {
            table.AddRow([.. new[]
            {
                rule.Enabled
                    ? rule.Name
                    : $"{rule.Name} (disabled)", rule.Metric.Text, rule.When.ToYaml(), rule.For.ToString(), Durations.Format(
                        rule.Bucket), rule.Instances.ToYaml(),
                string.Join(", ", rule.Notify),
            }.Select(Markup.Escape)]);
        }

        Tables.Write(table);
        if (stored.Channels.Count > 0)
            Console.WriteLine($"Channels: {string.Join(", ", stored.Channels.Select(channel => $"{channel.Name} ({channel.Type})"))}");
    }
}

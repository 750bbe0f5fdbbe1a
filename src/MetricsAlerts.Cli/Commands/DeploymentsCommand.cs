using System.CommandLine;
using System.Text.Json;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>deployments list</c>: what the token's user sees.</summary>
internal static class DeploymentsCommand
{
    public static Command Create() => new("deployments", "Reads deployments from DataRobot.") { CreateList() };

    private static Command CreateList()
    {
        var instances = new Option<bool>("--instances")
        {
            Description = "Also the prediction server hosts of each: two requests more for each deployment.",
        };
        var endpoint = Options.Endpoint();
        var output = Options.Output("table", "json");
        var command = new Command("list", "Prints id, label, importance and model of each deployment.") { instances, endpoint, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = MetricsCommand.Services(parsed.GetValue(endpoint));
            var source = services.GetRequiredService<IMetricSource>();
            var rows = new List<(Deployment Deployment, IReadOnlyList<string> Hosts)>();
            await foreach (var deployment in source.ListDeploymentsAsync(cancellation))
                rows.Add((deployment, parsed.GetValue(instances) ? await HostsAsync(source, deployment, cancellation) : []));
            if (parsed.GetValue(output) == "json")
                PrintJson(rows);
            else
                PrintTable(rows, parsed.GetValue(instances));
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>A deployment that is refused has none here, and says why.</summary>
    private static async Task<IReadOnlyList<string>> HostsAsync(IMetricSource source, Deployment deployment, CancellationToken cancellation)
    {
        try
        {
            var listing = await source.Open(deployment).ListHostsAsync([MetricFamily.ServiceHealth], cancellation);
            if (listing.Note is { } note)
                Console.Error.WriteLine(note);
            return listing.Hosts;
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
        {
            Console.Error.WriteLine($"{deployment.Label}: {exception.Message}");
            return [];
        }
    }

    private static void PrintJson(IReadOnlyList<(Deployment Deployment, IReadOnlyList<string> Hosts)> rows)
    {
        foreach (var (deployment, hosts) in rows)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                id = deployment.Id,
                label = deployment.Label,
                importance = deployment.Importance,
                modelId = deployment.ModelId,
                modelType = deployment.ModelType,
                targetType = deployment.TargetType,
                instances = hosts,
            }));
        }
    }

    private static void PrintTable(IReadOnlyList<(Deployment Deployment, IReadOnlyList<string> Hosts)> rows, bool withInstances)
    {
        var table = new Table().AddColumns("Id", "Label", "Importance", "Model", "Target");
        if (withInstances)
            table.AddColumn("Instances");
        foreach (var (deployment, hosts) in rows)
        {
            var cells = new List<string>
            {
                deployment.Id,
                deployment.Label,
                deployment.Importance ?? "",
                deployment.ModelType ?? "",
                deployment.TargetType ?? "",
            };
            if (withInstances)
                cells.Add(string.Join(", ", hosts));
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        Tables.Write(table);
        Console.Error.WriteLine($"{rows.Count} deployments.");
    }
}

using System.Globalization;

namespace Benchmarks;

/// <summary>
/// What a month on Azure costs, as an upper bound: every tick finds a late actual in every deployment, so that each sends one message
/// and commits one partition. The operations are those that OperationsTests counts; prices are list prices in US dollars, West
/// Europe, as known in November 2026.
/// </summary>
internal static class CostTable
{
    private const double TicksPerMonth = 6 * 24 * 30.4;
    private const int InstancesPerDeployment = 3;
    private const int ShardSize = 25;

    // A message is sent, received and completed, and shares the opening of its session.
    private const double OperationsPerMessage = 4;
    private const double ServiceBusBase = 9.81;
    private const double ServiceBusIncluded = 12.5e6;
    private const double ServiceBusPerMillion = 0.80;

    /// <summary>As OperationsTests measures it, with five instances to a deployment.</summary>
    private const int RequestsPerDeployment = 9;

    private const double TablePerTenThousand = 0.00036;

    // Flex Consumption, 2 GB: a shard of 25 waits some seconds for DataRobot, an evaluation takes milliseconds and sixteen share
    // an instance.
    private const double ShardSeconds = 5;
    private const double EvaluationSeconds = 0.03 / 16;
    private const double GigabyteSecond = 0.000026;
    private const double FreeGigabyteSeconds = 100_000;
    private const double PerMillionExecutions = 0.40;
    private const double FreeExecutions = 250_000;

    public static void Print()
    {
        Console.WriteLine(
            "| deployments | instances | queue messages | table requests | executions | Service Bus | Tables | Functions | a month |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var deployments in (int[])[100, 1_000, 10_000])
            Print(deployments);
    }

    private static void Print(int deployments)
    {
        var instances = deployments * InstancesPerDeployment;
        var shards = Math.Ceiling(deployments / (double)ShardSize);
        var messages = TicksPerMonth * (deployments + shards + 1);

        // A shard reads and writes its report and notes its attempts. A tick looks at sixteen buckets of pending groups.
        var requests = TicksPerMonth * ((RequestsPerDeployment * deployments) + (5 * shards) + 26);
        var executions = messages + (2 * TicksPerMonth);
        var gigabyteSeconds = TicksPerMonth * 2 * ((shards * ShardSeconds) + (instances * EvaluationSeconds));

        var operations = Math.Max(0, (messages * OperationsPerMessage) - ServiceBusIncluded);
        var serviceBus = ServiceBusBase + (operations / 1e6 * ServiceBusPerMillion);
        var tables = requests / 10_000 * TablePerTenThousand;
        var functions = (Math.Max(0, gigabyteSeconds - FreeGigabyteSeconds) * GigabyteSecond) +
            (Math.Max(0, executions - FreeExecutions) / 1e6 * PerMillionExecutions);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {deployments:N0} | {instances:N0} | {messages / 1e6:0.0} M | {requests / 1e6:0.0} M | {executions / 1e6:0.0} M | " +
            $"${serviceBus:N0} | ${tables:N2} | ${functions:N0} | **${serviceBus + tables + functions:N0}** |"));
    }
}

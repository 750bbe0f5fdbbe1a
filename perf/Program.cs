using System.Globalization;
using BenchmarkDotNet.Running;
using Benchmarks;

// What needs a server, a database or a peer is measured by a program of its own; the rest is BenchmarkDotNet's.
// A number makes it that many alerts or deployments, for a quick look.
int? count = args is [_, var number, ..] && int.TryParse(number, CultureInfo.InvariantCulture, out var few) ? few : null;
switch (args)
{
    case ["collection", ..]:
        await CollectionBenchmark.RunAsync();
        break;
    case ["requests", ..]:
        await RequestsBenchmark.RunAsync();
        break;
    case ["notifications", ..]:
        await (count is { } alerts ? NotificationBenchmark.RunAsync(alerts) : NotificationBenchmark.RunAsync());
        break;
    case ["pipeline", .. var rest]:
        var withPeer = !rest.Contains("--alone");
        await (count is { } deployments ? PipelineBenchmark.RunAsync(withPeer, deployments) : PipelineBenchmark.RunAsync(withPeer));
        break;
    case ["costs", ..]:
        CostTable.Print();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(EvaluationBenchmarks).Assembly).Run(args);
        break;
}

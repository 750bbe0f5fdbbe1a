using BenchmarkDotNet.Running;
using Benchmarks;

// What needs a server, a database or a peer is measured by a program of its own; the rest is BenchmarkDotNet's.
switch (args)
{
    case ["collection", ..]:
        await CollectionBenchmark.RunAsync();
        break;
    case ["notifications", ..]:
        await NotificationBenchmark.RunAsync();
        break;
    case ["pipeline", .. var rest]:
        await PipelineBenchmark.RunAsync(withPeer: !rest.Contains("--alone"));
        break;
    case ["costs", ..]:
        CostTable.Print();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(EvaluationBenchmarks).Assembly).Run(args);
        break;
}

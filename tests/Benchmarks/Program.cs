using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Benchmarks.EvaluationBenchmarks).Assembly).Run(args);

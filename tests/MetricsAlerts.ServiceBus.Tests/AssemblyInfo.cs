// These tests wait for the network more than they work.
[assembly: Xunit.v3.Parallelization(MaxThreads = 8)]

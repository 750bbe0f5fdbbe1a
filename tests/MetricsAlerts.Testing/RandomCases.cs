using CsCheck;

namespace MetricsAlerts.Testing;

/// <summary>Random cases that are the same in every run: a case's seed is its number. A failure prints the seed and the case.</summary>
public static class RandomCases
{
    private const ulong Seed = 20260105;

    /// <summary>Runs so many cases, on all processors; a case fails when it answers false or throws.</summary>
    public static void Check<T>(this Gen<T> cases, int count, Func<T, bool> holds) =>
        Parallel.For(0, count, number => cases.Sample(holds, seed: SeedOf(number), iter: 1, threads: 1));

    /// <summary>Runs so many cases one after another; a case fails when it throws.</summary>
    public static async Task CheckAsync<T>(this Gen<T> cases, int count, Func<T, Task> test)
    {
        for (var number = 0; number < count; number++)
            await cases.SampleAsync(test, seed: SeedOf(number), iter: 1, threads: 1);
    }

    private static string SeedOf(int number) => new PCG((uint)number, Seed).ToString();
}

namespace MetricsAlerts.ServiceBus.Tests;

/// <summary>
/// Microsoft's emulator of Service Bus, where the environment says that there is one. It keeps messages and ids from one test to the next,
/// so that each test has a queue of its own: <c>contract-1</c> to <c>contract-45</c>, which its configuration must name
/// (.github/workflows/azure.yml makes it).
/// </summary>
public sealed class Emulator
{
    private const int Queues = 45;

    private int _last;

    /// <summary>How it is reached; null where there is none.</summary>
    public string? ConnectionString { get; } =
        Environment.GetEnvironmentVariable("SERVICEBUS_EMULATOR") is { Length: > 0 } connection ? connection : null;

    /// <summary>The name of a queue that no test has used.</summary>
    public string NextQueue() => Interlocked.Increment(ref _last) is <= Queues and var number
        ? $"contract-{number}"
        : throw new InvalidOperationException($"The contract has more than {Queues} tests: let the emulator have more queues.");
}

using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Functions.Composition;

/// <summary>
/// Opens Service Bus by the same settings as the triggers: <c>ServiceBus__fullyQualifiedNamespace</c> with an identity, or a
/// connection string for the emulator.
/// </summary>
internal static class ServiceBusConnection
{
    /// <summary>The name of the connection in triggers and settings.</summary>
    public const string Name = "ServiceBus";

    public static ServiceBusClient Open(IConfiguration configuration, TokenCredential credential)
    {
        if (configuration[$"{Name}:fullyQualifiedNamespace"] is { Length: > 0 } host)
            return new ServiceBusClient(host, credential, Options());
        if (configuration[Name] is { Length: > 0 } connectionString)
            return new ServiceBusClient(connectionString, Options());
        throw new InvalidOperationException(
            $"Set {Name}__fullyQualifiedNamespace (with an identity) or {Name} (a connection string, for the emulator).");
    }

    /// <summary>A namespace that does not answer is given up after a minute, not after more than four: a tick waits for it.</summary>
    private static ServiceBusClientOptions Options() => new() { RetryOptions = { TryTimeout = TimeSpan.FromSeconds(15) } };
}

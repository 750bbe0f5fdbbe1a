using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.ServiceBus;

/// <summary>
/// Opens Service Bus by the same settings as the triggers: <c>ServiceBus__fullyQualifiedNamespace</c> with an identity, or
/// <c>ServiceBus</c>, a connection string for the emulator.
/// </summary>
public static class ServiceBusConnection
{
    /// <summary>The name of the connection in triggers and settings.</summary>
    public const string Name = "ServiceBus";

    /// <summary>
    /// How often and how long the client tries: a broker that accepts and does not answer holds nobody up for more than a minute.
    /// </summary>
    internal static ServiceBusClientOptions Options =>
        new() { RetryOptions = new() { TryTimeout = TimeSpan.FromSeconds(15), MaxRetries = 2, MaxDelay = TimeSpan.FromSeconds(5) } };

    internal static ServiceBusClient Open(IConfiguration configuration, TokenCredential credential)
    {
        if (configuration[$"{Name}:fullyQualifiedNamespace"] is { Length: > 0 } host)
            return new ServiceBusClient(host, credential, Options);
        if (configuration[Name] is { Length: > 0 } connectionString)
            return new ServiceBusClient(connectionString, Options);
        throw new InvalidOperationException(
            $"Set {Name}__fullyQualifiedNamespace (with an identity) or {Name} (a connection string, for the emulator).");
    }
}

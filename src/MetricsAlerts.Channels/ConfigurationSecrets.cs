using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Channels;

/// <summary>Secrets from configuration: <c>Secrets__NAME</c> in the environment, user secrets, or a Key Vault reference in Azure.</summary>
internal sealed class ConfigurationSecrets(IConfiguration configuration) : ISecretSource
{
    public string? Find(string name) => configuration[$"Secrets:{name}"];
}

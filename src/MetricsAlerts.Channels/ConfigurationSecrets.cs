using MetricsAlerts.Formats;
using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Channels;

/// <summary>
/// Secrets from configuration: <c>Secrets__NAME</c> in the environment, user secrets, or a Key Vault reference in Azure. A shell
/// takes no hyphen in a variable's name, so <c>chat-webhook</c> is also found as <c>Secrets__chat_webhook</c>.
/// </summary>
internal sealed class ConfigurationSecrets(IConfiguration configuration) : ISecretSource
{
    public string? Find(string name) =>
        (configuration[$"Secrets:{name}"] ?? configuration[$"Secrets:{name.Replace('-', '_')}"]) is { } secret &&
            !UnresolvedReference.Is(secret)
            ? secret
            : null;
}

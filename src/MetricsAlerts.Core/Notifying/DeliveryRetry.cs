using System.Text.Json.Serialization;

namespace MetricsAlerts.Notifying;

/// <summary>Notify's message to itself: look again at what an alert has still to send.</summary>
internal sealed record DeliveryRetry(string AlertId)
{
    public const string SchemaName = "delivery-retry/1";

    public string Schema { get; init; } = SchemaName;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeliveryRetry))]
internal sealed partial class DeliveryJson : JsonSerializerContext;

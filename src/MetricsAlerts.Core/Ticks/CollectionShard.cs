using System.Text.Json.Serialization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Ticks;

/// <summary>The message from the timer to Collect: these deployments, please.</summary>
/// <param name="Tick">The time to collect for.</param>
/// <param name="Number">The shard's number, from 0.</param>
/// <param name="Count">The tick's shards.</param>
/// <param name="Deployments">The deployments, least recently collected first.</param>
public sealed record CollectionShard(DateTimeOffset Tick, int Number, int Count, IReadOnlyList<Deployment> Deployments)
{
    /// <summary>The schema name and version of the message.</summary>
    public const string SchemaName = "collection-shard/1";

    /// <summary>The message's schema; readers accept the same major version.</summary>
    public string Schema { get; init; } = SchemaName;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DurationConverter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(CollectionShard))]
[JsonSerializable(typeof(CollectionReport))]
internal sealed partial class CollectionJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Ticks;

/// <summary>The message from Schedule to Collect: the deployments of one shard.</summary>
/// <param name="Tick">The time to collect for; it identifies the tick.</param>
/// <param name="Number">The shard's number, from 0.</param>
/// <param name="Count">How many shards the deployments were dealt into; those without a deployment get no message.</param>
/// <param name="Deployments">The deployments to read, least recently attempted first.</param>
public sealed record CollectionShard(DateTimeOffset Tick, int Number, int Count, IReadOnlyList<Deployment> Deployments)
{
    /// <summary>The schema name and version of the message.</summary>
    public const string SchemaName = "collection-shard/1";

    /// <summary>The message's schema; readers accept the same major version.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>
    /// How many shards got a message among the ten whose numbers differ in the last digit only; 0 when there are no more than ten.
    /// </summary>
    public int InItsTen { get; init; }

    /// <summary>How many did among the hundred whose numbers differ in the last two digits only; 0 when there are no more.</summary>
    public int InItsHundred { get; init; }

    /// <summary>Ids of deployments that are no longer there, or no longer chosen.</summary>
    public IReadOnlyList<string> Gone { get; init => field = value ?? []; } = [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DurationConverter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(CollectionShard))]
[JsonSerializable(typeof(CollectionReport))]
internal sealed partial class CollectionJson : JsonSerializerContext;

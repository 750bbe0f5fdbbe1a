using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Notifying;

/// <summary>How an attempt stands.</summary>
internal enum AttemptOutcome
{
    /// <summary>It was begun. If nothing else is recorded, the process died, and the channel may have taken it or not.</summary>
    Unknown,

    /// <summary>The channel has taken it; the readers' rows may not say so yet.</summary>
    Taken,
}

/// <summary>
/// A message on its way, with all that it says: written before the first byte leaves, so that after a crash the same goes again, with the same id.
/// </summary>
/// <param name="Id">The message's id.</param>
/// <param name="Number">1 for the first try.</param>
/// <param name="BegunAt">When this try was begun.</param>
/// <param name="Changes">What it says.</param>
internal sealed record Attempt(string Id, int Number, DateTimeOffset BegunAt, IReadOnlyList<AlertChange> Changes)
{
    /// <summary>How it stands.</summary>
    public AttemptOutcome Outcome { get; init; }

    /// <summary>As bytes: JSON, compressed, as the alerts of a group say nearly the same.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var deflate = new DeflateStream(buffer, CompressionLevel.Fastest))
            JsonSerializer.Serialize(deflate, this, AttemptJson.Default.Attempt);
        return buffer.ToArray();
    }

    /// <summary>Reads it back.</summary>
    public static Attempt Of(byte[] bytes)
    {
        using var deflate = new DeflateStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(deflate, AttemptJson.Default.Attempt)!;
    }
}

/// <summary>How an attempt looks as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters =
    [
        typeof(DurationConverter), typeof(TimestampConverter), typeof(JsonStringEnumConverter<Change>), typeof(LowerCaseEnumConverter<Severity>),
        typeof(JsonStringEnumConverter<ResolveReason>), typeof(JsonStringEnumConverter<ReasonKind>), typeof(JsonStringEnumConverter<AttemptOutcome>),
    ])]
[JsonSerializable(typeof(Attempt))]
internal sealed partial class AttemptJson : JsonSerializerContext;

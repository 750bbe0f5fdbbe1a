using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.Routing;

/// <summary>
/// The message to Notify: look at this group. It says nothing about what is to be found there, so any of them may be lost.
/// </summary>
/// <param name="Channel">The channel.</param>
/// <param name="Group">The group.</param>
public sealed record GroupWake(string Channel, string Group)
{
    /// <summary>The schema name and version of the message.</summary>
    public const string SchemaName = "group-wake/1";

    /// <summary>The message's schema; readers accept the same major version.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>
    /// The time for which it was asked; null for at once. When the message is there, that time has come by the queue's clock, which may be
    /// ahead of the reader's.
    /// </summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Take up again what was given up.</summary>
    public bool Replay { get; init; }

    /// <summary>The message.</summary>
    /// <param name="why">Makes the message's id different from that of others that ask for the same: when and by whom it is asked.</param>
    /// <param name="at">When to look; null for now.</param>
    public QueueMessage ToMessage(string why, DateTimeOffset? at = null) => new(
        DerivedId.From("wake", Channel, Group, why, at is { } time ? Timestamps.Format(time) : ""),
        DerivedId.From("group", Channel, Group), SchemaName,
        JsonSerializer.SerializeToUtf8Bytes(this with { At = at }, GroupWakeJson.Default.GroupWake))
    { EnqueueAt = at, TraceParent = Activity.Current?.Id };
}

/// <summary>How the message looks as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(GroupWake))]
internal sealed partial class GroupWakeJson : JsonSerializerContext;

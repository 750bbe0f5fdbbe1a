using System.Text.Json.Serialization;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>Notify's message to itself: tell what a group has to tell.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Group">The group's key.</param>
/// <param name="HasTurn">The channel's turn was taken for it.</param>
/// <param name="Replay">Take up again what was given up.</param>
internal sealed record GroupFlush(string Channel, string Group, bool HasTurn = false, bool Replay = false)
{
    public const string SchemaName = "group-flush/1";

    public string Schema { get; init; } = SchemaName;
}

/// <summary>Notify's message to itself: what kept this alert back may be over.</summary>
internal sealed record AlertRecheck(string DeploymentId, string AlertId)
{
    public const string SchemaName = "alert-recheck/1";

    public string Schema { get; init; } = SchemaName;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(GroupFlush))]
[JsonSerializable(typeof(AlertRecheck))]
internal sealed partial class GroupJson : JsonSerializerContext;

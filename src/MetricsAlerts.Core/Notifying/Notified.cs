using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>What a destination was last notified of about one alert: a row <c>n|…</c> of the destination's partition, written by Notify alone.</summary>
/// <param name="AlertId">The id of the alert's key.</param>
internal sealed record Notified(string AlertId)
{
    /// <summary>What every row key of this kind begins with.</summary>
    public const string Prefix = "n|";

    /// <summary>What the reader believes since the last message that the channel is known to have taken.</summary>
    public Belief Certain { get; init; }

    /// <summary>What the reader may believe instead: messages of which it is not known whether the channel took them.</summary>
    public IReadOnlyList<Belief> Possible { get; init; } = [];

    /// <summary>What it believes somebody else was told, whose channel is gone: the reader here has not heard of it.</summary>
    public bool IsIntroduced { get; init; }

    /// <summary>When the last word was said; null before the first.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What the last word was.</summary>
    public Change LastWord { get; init; }

    /// <summary>The first failure since the last success; null when nothing failed.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The version that was given up: nothing is said of it until the alert changes again, or it is replayed.</summary>
    public AlertVersion GivenUp { get; init; }

    /// <summary>Why it was given up.</summary>
    public string GivenUpBecause { get; init; } = "";

    /// <summary>The channel that follows the alert since this one gave it up; empty when none does.</summary>
    public string Fallback { get; init; } = "";

    /// <summary>The version that was last left with the fallback.</summary>
    public AlertVersion Forwarded { get; init; }

    /// <summary>Why there is something that is not said for now, for people to read; empty when there is nothing.</summary>
    public string Held { get; init; } = "";

    /// <summary>The row's ETag; empty before it is stored.</summary>
    [JsonIgnore]
    public string ETag { get; init; } = "";

    /// <summary>The row's key.</summary>
    [JsonIgnore]
    public string RowKey => Prefix + AlertId;

    /// <summary>All that the reader may believe.</summary>
    [JsonIgnore]
    public IEnumerable<Belief> Beliefs => Possible.Prepend(Certain);

    /// <summary>Whether the reader may believe that the alert is open.</summary>
    [JsonIgnore]
    public bool MayBelieveOpen => Beliefs.Any(belief => belief.IsOpen);

    /// <summary>After a message that the channel has taken.</summary>
    public Notified After(AlertChange said, DateTimeOffset at) => this with
    {
        Certain = Belief.Of(said.Alert),
        Possible = [],
        IsIntroduced = false,
        At = at,
        LastWord = said.Change,
        FailingSince = null,
        GivenUp = default,
        GivenUpBecause = "",
        Held = "",
    };

    /// <summary>After a message of which it is not known whether the channel has taken it.</summary>
    public Notified Maybe(AlertChange said)
    {
        var belief = Belief.Of(said.Alert);
        return Beliefs.Contains(belief) ? this : this with { Possible = [.. Possible, belief] };
    }

    /// <summary>The row.</summary>
    public TableRow ToRow()
    {
        var properties = new Dictionary<string, object>
        {
            ["state"] = JsonSerializer.Serialize(this, NotifiedJson.Default.Notified),
            ["isOpen"] = Certain.IsOpen,
            ["held"] = Held,
        };
        if (At is { } at)
            properties["at"] = at;
        return new(RowKey, properties) { ETag = ETag };
    }

    /// <summary>Reads the row.</summary>
    public static Notified Of(TableRow row) => JsonSerializer.Deserialize(row.Text("state")!, NotifiedJson.Default.Notified)! with { ETag = row.ETag };

    /// <inheritdoc/>
    public bool Equals(Notified? other) =>
        other is not null && AlertId == other.AlertId && Certain == other.Certain && Possible.SequenceEqual(other.Possible) && IsIntroduced == other.IsIntroduced && At == other.At &&
        LastWord == other.LastWord && FailingSince == other.FailingSince && GivenUp == other.GivenUp && GivenUpBecause == other.GivenUpBecause &&
        Fallback == other.Fallback && Forwarded == other.Forwarded && Held == other.Held;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(AlertId, Certain, At);
}

/// <summary>How the row looks as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [typeof(TimestampConverter), typeof(JsonStringEnumConverter<Change>), typeof(LowerCaseEnumConverter<Severity>)])]
[JsonSerializable(typeof(Notified))]
internal sealed partial class NotifiedJson : JsonSerializerContext;

namespace Simulation.World;

/// <summary>A channel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fallback">The channel that is notified when it fails for good; empty for none.</param>
public sealed record ChannelSpec(string Name, string Fallback = "");

/// <summary>What an alert must be: labels with their values.</summary>
public sealed record MatchSpec(params (string Label, string Value)[] Labels)
{
    /// <summary>Whether something with these labels is meant.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => Labels.All(one => labels.TryGetValue(one.Label, out var value) && value == one.Value);

    /// <inheritdoc/>
    public bool Equals(MatchSpec? other) => other is not null && Labels.SequenceEqual(other.Labels);

    /// <inheritdoc/>
    public override int GetHashCode() => Labels.Length;

    /// <inheritdoc/>
    public override string ToString() => $"{{ {string.Join(", ", Labels.Select(one => $"{one.Label}: {one.Value}"))} }}";
}

/// <summary>A route.</summary>
public sealed record RouteSpec(MatchSpec Match, IReadOnlyList<string> Notify, bool Continues)
{
    /// <summary>Whether it is for what nothing before has sent anywhere.</summary>
    public bool IsDefault => Match.Labels.Length == 0 && !Continues;

    /// <inheritdoc/>
    public override string ToString() =>
        (Match.Labels.Length == 0 ? "{ " : $"{{ match: {Match}, ") + $"notify: [{string.Join(", ", Notify)}]{(Continues ? ", continue: true" : "")} }}";
}

/// <summary>An inhibition.</summary>
public sealed record InhibitionSpec(MatchSpec When, MatchSpec Mute, IReadOnlyList<string> Equal)
{
    /// <inheritdoc/>
    public override string ToString() => $"{{ when: {When}, mute: {Mute}{(Equal.Count > 0 ? $", equal: [{string.Join(", ", Equal)}]" : "")} }}";
}

/// <summary>A maintenance window of every day, in UTC.</summary>
public sealed record MaintenanceSpec(string Name, MatchSpec Match, int FromHour, int ToHour)
{
    /// <summary>Whether it is on.</summary>
    public bool IsOn(DateTimeOffset at) => FromHour < ToHour ? at.Hour >= FromHour && at.Hour < ToHour : at.Hour >= FromHour || at.Hour < ToHour;

    /// <inheritdoc/>
    public override string ToString() => $"{{ name: {Name}, match: {Match}, from: \"{FromHour:00}:00\", to: \"{ToHour:00}:00\", timeZone: UTC }}";
}

/// <summary>A silence.</summary>
public sealed record SilenceSpec(string Key, MatchSpec Match, DateTimeOffset Start, DateTimeOffset End);

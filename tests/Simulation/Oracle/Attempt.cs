namespace Simulation.Oracle;

/// <summary>What a reader is told about an alert.</summary>
/// <param name="Id">Which.</param>
/// <param name="Version">The version of it.</param>
/// <param name="Change">What is said to have happened.</param>
/// <param name="State">What is said to be so.</param>
public sealed record Word(AlertId Id, string Version, string Change, Judged State)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Change} {Id} ({State}, {Version})";
}

/// <summary>What the sender was told of an attempt.</summary>
public enum Outcome
{
    /// <summary>Nothing: it died.</summary>
    Nothing,

    /// <summary>It was taken.</summary>
    Delivered,

    /// <summary>It was not taken, and may be later.</summary>
    Deferred,

    /// <summary>Nobody knows whether it was taken.</summary>
    Unknown,

    /// <summary>It will never be taken.</summary>
    Refused,
}

/// <summary>An attempt to send a message to a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Group">Its group there.</param>
/// <param name="NotificationId">The id that a receiver removes repetitions by.</param>
/// <param name="Number">The number of the attempt.</param>
/// <param name="Words">What it says.</param>
public sealed record Attempt(string Channel, string Group, string NotificationId, int Number, IReadOnlyList<Word> Words)
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>When the channel took it; null when it did not.</summary>
    public DateTimeOffset? Taken { get; set; }

    /// <summary>What the sender was told.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>Whether the sender could write down what it was told. If not, it cannot know, whatever the channel said.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>Whether the sender knows that it was taken, or that it was not.</summary>
    public bool IsKnown => IsRecorded && Outcome is (Outcome.Delivered or Outcome.Deferred or Outcome.Refused);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Began:MM-dd HH:mm:ss} {Channel} [{Group}] {NotificationId} #{Number} {(Taken is null ? "not taken" : "taken")}, {Outcome}: {string.Join("; ", Words)}";
}

using MetricsAlerts.Notifying.Delivery;
using MetricsAlerts.Routing;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>A destination as it is stored: what it should know, what it was notified of, and the message on its way.</summary>
internal sealed class Group(string channel, string name)
{
    public string Channel { get; } = channel;

    public string Name { get; } = name;

    /// <summary>How its deliveries stand.</summary>
    public GroupProgress Progress { get; set; } = new();

    /// <summary>The message on its way; null when there is none.</summary>
    public Attempt? Attempt { get; set; }

    /// <summary>The rows that hold <see cref="Attempt"/>.</summary>
    public IReadOnlyList<TableRow> AttemptRows { get; set; } = [];

    /// <summary>What it should know, by the id of the alert's key.</summary>
    public Dictionary<string, Wanted> Wanted { get; } = new(StringComparer.Ordinal);

    /// <summary>What it was notified of, by the id of the alert's key.</summary>
    public Dictionary<string, Notified> Notified { get; } = new(StringComparer.Ordinal);

    /// <summary>A message on its way may have been heard: until it is known, readers may believe what it says.</summary>
    public void AssumeHeard(Attempt attempt)
    {
        foreach (var said in attempt.Changes)
            Notified[said.Alert.Key.Id] = Reader(said.Alert.Key.Id).Maybe(said);
    }

    /// <summary>What it was notified of about an alert, or that it was not.</summary>
    public Notified Reader(string alertId) => Notified.GetValueOrDefault(alertId) ?? new(alertId);
}

/// <summary>How a group's deliveries stand.</summary>
internal sealed record GroupProgress
{
    /// <summary>Messages that were taken or given up.</summary>
    public long Messages { get; init; }

    /// <summary>Attempts that were begun since the last message that was taken or given up.</summary>
    public int Begun { get; init; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>No attempt before this; null when nothing failed.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>The channel's turn that was taken for the next message; null when none was.</summary>
    public ChannelTurn? Turn { get; init; }

    /// <summary>When the last message was taken; null before the first.</summary>
    public DateTimeOffset? LastMessage { get; init; }

    /// <summary>What the last failure was; empty when nothing failed.</summary>
    public string LastError { get; init; } = "";

    /// <summary>The wake whose changes were given up last: should it come again before it is dead-lettered, it is dead-lettered all the same.</summary>
    public string DeadWake { get; init; } = "";

    /// <summary>Why.</summary>
    public string DeadWakeReason { get; init; } = "";

    /// <summary>The row's ETag; empty before it is stored.</summary>
    public string ETag { get; init; } = "";
}

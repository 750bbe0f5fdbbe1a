namespace MetricsAlerts.Testing.Amqp;

/// <summary>A session of a queue: its messages, and who has it. The queue guards it.</summary>
internal sealed class BrokerSession(string id)
{
    public string Id => id;

    /// <summary>Visible messages that nobody has, by their number.</summary>
    public SortedDictionary<long, StoredMessage> Waiting { get; } = [];

    /// <summary>What the holder has and has not settled.</summary>
    public Dictionary<Guid, StoredMessage> Delivered { get; } = [];

    public ISessionHolder? Holder { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    public bool IsFree => Holder is null && Waiting.Count > 0;

    public bool IsForgotten => Holder is null && Waiting.Count == 0 && Delivered.Count == 0;
}

/// <summary>Whoever has a session locked.</summary>
internal interface ISessionHolder
{
    /// <summary>The name of its link.</summary>
    string LinkName { get; }

    /// <summary>There is something to deliver.</summary>
    void Pump();

    /// <summary>The session is no longer its own.</summary>
    void Lose();
}

/// <summary>A link that waits for a session.</summary>
/// <param name="Holder">Who asks.</param>
/// <param name="SessionId">Which session; null for the next.</param>
/// <param name="Until">How long.</param>
internal sealed record SessionWaiter(ISessionHolder Holder, string? SessionId, DateTimeOffset Until)
{
    private readonly TaskCompletionSource<BrokerSession?> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The session; null when there was none in time or nobody asks any more.</summary>
    public Task<BrokerSession?> Granted => _granted.Task;

    public void Answer(BrokerSession? session) => _granted.TrySetResult(session);
}

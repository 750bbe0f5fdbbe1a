using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>
/// A receiver's link to the next session that is free, which it waits for, or to a particular one: the client asks for that when it opens
/// a link anew that it has lost.
/// </summary>
internal sealed class SessionLink : MessageLink, ISessionHolder
{
    private static readonly AmqpSymbol SessionFilter = new("com.microsoft:session-filter");
    private static readonly AmqpSymbol LockedUntil = new("com.microsoft:locked-until-utc");
    private static readonly AmqpSymbol Timeout = new(BrokerError.Timeout);

    private readonly BrokerQueue _queue;
    private readonly BrokerOptions _options;

    private SessionLink(SendingAmqpLink link, BrokerQueue queue, OperationGate gate, BrokerOptions options)
        : base(link, gate)
    {
        _queue = queue;
        _options = options;
        link.Closed += (_, _) => queue.Release(this);
    }

    public string LinkName => Link.Name;

    /// <summary>Waits for a session and opens the link to it.</summary>
    /// <exception cref="AmqpException">There was none in time, or the link asks for something else.</exception>
    public static async Task OpenAsync(SendingAmqpLink link, BrokerQueue queue, OperationGate gate, BrokerOptions options)
    {
        if (link.Settings.Source is not Source { FilterSet: { } filters } source || !filters.TryGetValue<object>(SessionFilter, out var id))
            throw new AmqpException(BrokerError.Of(AmqpErrorCode.NotAllowed.Value, $"Queue '{queue.Name}' has sessions."));
        var wait = link.Settings.Properties is { } asked && asked.TryGetValue<uint>(Timeout, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.FromMinutes(1);
        var waiter = new SessionWaiter(new SessionLink(link, queue, gate, options), id as string, options.Time.GetUtcNow() + wait);
        queue.Ask(waiter);
        if (link.IsClosing())
            queue.Release(waiter.Holder);
        var session = await waiter.Granted ?? throw new AmqpException(waiter.SessionId is null
            ? BrokerError.Of(BrokerError.Timeout, $"No session of queue '{queue.Name}' was free in {wait}.")
            : BrokerError.Of(BrokerError.SessionCannotBeLocked, $"Session '{id}' of queue '{queue.Name}' is locked."));
        gate.Counts.AddSession();
        source.FilterSet[SessionFilter] = session.Id;
        link.Settings.Properties ??= [];
        link.Settings.Properties[LockedUntil] = session.LockedUntil.UtcTicks;
    }

    /// <summary>Detaches the link or, if the broker is told so, only refuses what it asks for.</summary>
    public void Lose()
    {
        if (_options.DetachesLostSessions)
            Link.SafeClose(new AmqpException(BrokerError.Of(BrokerError.SessionLockLost, "The session's lock expired.")));
    }

    protected override LockedMessage? Take() => _queue.Take(this);

    protected override Error? Complete(Guid token) => _queue.Complete(this, token);

    protected override Error? Abandon(Guid token, bool isCounted) => _queue.Abandon(this, token, isCounted);

    protected override Error? DeadLetter(Guid token, IReadOnlyDictionary<string, object> properties) =>
        _queue.DeadLetter(this, token, properties);
}

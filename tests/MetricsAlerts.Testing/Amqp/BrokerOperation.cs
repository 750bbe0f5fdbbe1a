namespace MetricsAlerts.Testing.Amqp;

/// <summary>What a client asks the test broker for: it is counted, and can be made to go wrong.</summary>
public enum BrokerOperation
{
    /// <summary>A token for an entity (<c>$cbs</c>).</summary>
    PutToken,

    /// <summary>A link that is opened: by a sender, a receiver of dead letters, or to <c>$management</c>. Sessions count apart.</summary>
    OpenLink,

    /// <summary>A transfer of a sender: a message, or a batch of them.</summary>
    Send,

    /// <summary>A link that asks for a session; it may wait for one.</summary>
    AcceptSession,

    /// <summary>A message that is delivered.</summary>
    Receive,

    /// <summary>A message that was dealt with.</summary>
    Complete,

    /// <summary>A message that is given back.</summary>
    Abandon,

    /// <summary>A message that is dead-lettered by its receiver.</summary>
    DeadLetter,

    /// <summary>A session lock that is renewed.</summary>
    Renew,

    /// <summary>Messages that are looked at and left.</summary>
    Peek,
}

namespace MetricsAlerts.Testing.Amqp;

/// <summary>What goes wrong with an operation.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The connection breaks off without a word: before the broker does what it was asked for, or before it says so.</summary>
    public sealed record DropConnection(Moment Moment) : Fault;

    /// <summary>The link is detached with <c>amqp:link:detach-forced</c>, before or after the operation is done.</summary>
    public sealed record DropLink(Moment Moment) : Fault;

    /// <summary>The broker does not do it and answers with an error, such as <c>com.microsoft:server-busy</c>.</summary>
    public sealed record Refuse(string Condition) : Fault;

    /// <summary>The broker does nothing until the task that it then begins has completed.</summary>
    public sealed record Delay(Func<Task> Until) : Fault
    {
        /// <summary>The broker takes so long.</summary>
        public Delay(TimeSpan time)
            : this(() => Task.Delay(time))
        {
        }
    }
}

/// <summary>When a connection or link breaks off.</summary>
public enum Moment
{
    /// <summary>Nothing of the operation is done.</summary>
    Before,

    /// <summary>All of it is done, and the client does not know.</summary>
    After,
}

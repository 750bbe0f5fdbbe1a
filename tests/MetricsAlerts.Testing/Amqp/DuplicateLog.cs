namespace MetricsAlerts.Testing.Amqp;

/// <summary>The message ids that were seen of late.</summary>
internal sealed class DuplicateLog(TimeSpan window, TimeProvider time)
{
    private readonly Dictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>Notes an id; returns false when it was seen within the window.</summary>
    public bool IsNew(string id)
    {
        var now = time.GetUtcNow();
        if (_until.TryGetValue(id, out var until) && until > now)
            return false;
        _until[id] = now + window;
        return true;
    }
}

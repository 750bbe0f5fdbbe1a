namespace MetricsAlerts.Web.Pages.SignIn;

/// <summary>How often somebody may guess: so many wrong keys in a minute, by whomever, then nobody signs in until it is over.</summary>
internal sealed class SignInLimit(TimeProvider time)
{
    /// <summary>The most wrong keys in a minute.</summary>
    public const int MostWrong = 20;

    private readonly Lock _lock = new();
    private long? _since;
    private int _wrong;

    /// <summary>Whether a key may be tried.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _since is not { } since || time.GetElapsedTime(since) >= TimeSpan.FromMinutes(1) || _wrong < MostWrong;
        }
    }

    /// <summary>Notes a wrong key.</summary>
    public void Note()
    {
        lock (_lock)
        {
            if (_since is not { } since || time.GetElapsedTime(since) >= TimeSpan.FromMinutes(1))
                (_since, _wrong) = (time.GetTimestamp(), 0);
            _wrong++;
        }
    }
}

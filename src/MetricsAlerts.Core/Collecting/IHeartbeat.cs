namespace MetricsAlerts.Collecting;

/// <summary>Tells somebody outside that all is well: when it stops, that somebody tells people.</summary>
public interface IHeartbeat
{
    /// <summary>Beats once, if it is set up; a failure is logged and no trouble.</summary>
    Task BeatAsync(CancellationToken cancellationToken);
}

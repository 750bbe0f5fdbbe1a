using MetricsAlerts.Alerts;

namespace MetricsAlerts.Channels.Console;

/// <summary>Where the console channel writes.</summary>
public interface ITranscript
{
    /// <summary>Writes one change and flushes it.</summary>
    void Write(AlertChange change);
}

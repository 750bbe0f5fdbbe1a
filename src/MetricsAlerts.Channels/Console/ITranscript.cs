using MetricsAlerts.Alerts;

namespace MetricsAlerts.Channels.Console;

/// <summary>Where the console channel writes.</summary>
public interface ITranscript
{
    /// <summary>Writes one transition and flushes it.</summary>
    void Write(AlertMessage alert);
}

using MetricsAlerts.Alerts;

namespace MetricsAlerts.Notifying;

/// <summary>Draws the last windows of an alert's series.</summary>
public interface IAlertChart
{
    /// <summary>A PNG with the values, the threshold, the baseline and the time that the alert has been open; null when this machine cannot draw.</summary>
    byte[]? Draw(Alert alert);
}

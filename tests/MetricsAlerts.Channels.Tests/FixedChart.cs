using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Tests;

/// <summary>A chart that looks the same on every machine.</summary>
internal sealed class FixedChart : IAlertChart
{
    public byte[] Draw(Alert alert) => [0x89, 0x50, 0x4E, 0x47];
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Backtesting;

namespace MetricsAlerts.Channels.Console;

/// <summary>One JSON object per transition and line.</summary>
public sealed class JsonLinesTranscript(TextWriter output) : ITranscript
{
    /// <inheritdoc/>
    public void Write(AlertMessage alert)
    {
        lock (output)
        {
            output.WriteLine(TransitionLine.Of(alert.Transition, alert.Deployment.Label));
            output.Flush();
        }
    }
}

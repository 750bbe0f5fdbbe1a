using MetricsAlerts.Alerts;

namespace MetricsAlerts.Channels.Console;

/// <summary>One JSON object per change and line.</summary>
public sealed class JsonLinesTranscript(TextWriter output) : ITranscript
{
    /// <inheritdoc/>
    public void Write(AlertChange change)
    {
        lock (output)
        {
            output.WriteLine(ChangeLine.Of(change));
            output.Flush();
        }
    }
}

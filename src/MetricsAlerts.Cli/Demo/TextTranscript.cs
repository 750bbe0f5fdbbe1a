using MetricsAlerts.Alerts;
using MetricsAlerts.Channels.Console;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using Spectre.Console;

namespace MetricsAlerts.Cli.Demo;

/// <summary>Changes as coloured lines for people.</summary>
internal sealed class TextTranscript(IAnsiConsole console) : ITranscript
{
    public void Write(AlertChange change)
    {
        var content = NotificationContent.Of(change);
        var colour = !content.IsOpen ? "green" : content.Severity == Severity.Critical ? "red" : "yellow";
        lock (console)
        {
            console.MarkupLineInterpolated(
                $"[grey]{Timestamps.Format(change.Alert.Evidence.WindowEnd)}[/] [bold]{change.Change,-11}[/] {content.Sparkline}");
            console.Markup($"  [{colour}]{Markup.Escape(content.Title)}[/] ");
            console.MarkupLineInterpolated($"{content.Summary}");
        }
    }
}

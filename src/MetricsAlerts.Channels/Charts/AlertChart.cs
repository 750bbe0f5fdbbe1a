using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using Microsoft.Extensions.Logging;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace MetricsAlerts.Channels.Charts;

/// <summary>
/// Draws the last windows with ScottPlot: values, threshold (red), baseline (grey), and the time that the alert has been open
/// (shaded).
/// </summary>
internal sealed partial class AlertChart(ILogger<AlertChart> logger) : IAlertChart
{
    private const int Width = 640;
    private const int Height = 240;

    /// <summary>Room for half of the last label.</summary>
    private const int RightMargin = 24;

    public byte[]? Draw(Alert alert)
    {
        try
        {
            return Paint(alert);
        }
        catch (Exception exception)
        {
            // A message without a picture is better than none: fonts or the native library can be missing on a machine.
            Log.NotDrawn(logger, alert.Key.Rule, alert.Key.DeploymentId, exception);
            return null;
        }
    }

    private static byte[] Paint(Alert alert)
    {
        var (key, evidence) = (alert.Key, alert.Evidence);
        using var plot = new Plot();
        var times = evidence.Recent.Select(
            (_, index) => evidence.WindowEnd - (key.Bucket * (evidence.Recent.Count - index)) + (key.Bucket / 2)).ToList();
        var points = times.Zip(evidence.Recent).Where(point => point.Second is not null).ToList();

        var open = plot.Add.HorizontalSpan(alert.Since.UtcDateTime.ToOADate(), evidence.WindowEnd.UtcDateTime.ToOADate());
        open.FillStyle.Color = (alert.IsOpen ? Colors.Red : Colors.Green).WithAlpha(0.12);
        open.LineStyle.Width = 0;
        var line = plot.Add.Scatter(
            points.Select(point => point.First.UtcDateTime.ToOADate()).ToArray(), points.Select(point => point.Second!.Value).ToArray());
        line.Color = Colors.SteelBlue;
        line.LineWidth = 2;
        if (alert.Rule.Threshold is { } threshold)
            plot.Add.HorizontalLine(threshold, 2, Colors.DarkRed, LinePattern.Dashed);
        if (evidence.Baseline is { } baseline)
            plot.Add.HorizontalLine(baseline, 1, Colors.Gray, LinePattern.Dotted);

        plot.Axes.DateTimeTicksBottom().TickGenerator = new DateTimeAutomatic
        {
            LabelFormatter = time => time.ToString("MM-dd\nHH:mm", CultureInfo.InvariantCulture),
        };
        plot.Axes.Right.MinimumSize = RightMargin;
        plot.Title($"{key.Metric} of {alert.Deployment.Label}", 14);
        plot.YLabel(alert.Rule.Unit);
        if (times.Count > 0)
            plot.Axes.SetLimitsX((times[0] - key.Bucket).UtcDateTime.ToOADate(), (evidence.WindowEnd + key.Bucket).UtcDateTime.ToOADate());
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 703, Level = LogLevel.Warning, Message = "The chart of {Rule} on {DeploymentId} could not be drawn; " +
            "the message goes without it")]
        public static partial void NotDrawn(ILogger logger, string rule, string deploymentId, Exception exception);
    }
}

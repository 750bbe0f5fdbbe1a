using MetricsAlerts.Evaluating;
using MetricsAlerts.Notifying;
using ScottPlot;

namespace MetricsAlerts.Channels.Charts;

/// <summary>Draws the last windows with ScottPlot: values, threshold (red), baseline (grey), and the time that the alert has been open (shaded).</summary>
internal sealed class AlertChart : IAlertChart
{
    private const int Width = 640;
    private const int Height = 240;

    public byte[] Draw(AlertMessage alert)
    {
        var transition = alert.Transition;
        using var plot = new Plot();
        var times = transition.Recent.Select((_, index) => transition.WindowEnd - (transition.Bucket * (transition.Recent.Count - index)) + (transition.Bucket / 2)).ToList();
        var points = times.Zip(transition.Recent).Where(point => point.Second is not null).ToList();

        var open = plot.Add.HorizontalSpan(transition.Since.UtcDateTime.ToOADate(), transition.WindowEnd.UtcDateTime.ToOADate());
        open.FillStyle.Color = (transition.IsOpen ? Colors.Red : Colors.Green).WithAlpha(0.12);
        open.LineStyle.Width = 0;
        var line = plot.Add.Scatter(points.Select(point => point.First.UtcDateTime.ToOADate()).ToArray(), points.Select(point => point.Second!.Value).ToArray());
        line.Color = Colors.SteelBlue;
        line.LineWidth = 2;
        if (alert.Rule.Threshold is { } threshold)
            plot.Add.HorizontalLine(threshold, 2, Colors.DarkRed, LinePattern.Dashed);
        if (transition.Baseline is { } baseline)
            plot.Add.HorizontalLine(baseline, 1, Colors.Gray, LinePattern.Dotted);

        plot.Axes.DateTimeTicksBottom();
        plot.Title($"{transition.Metric} of {alert.Deployment.Label}", 14);
        plot.YLabel(alert.Rule.Unit);
        if (times.Count > 0)
            plot.Axes.SetLimitsX((times[0] - transition.Bucket).UtcDateTime.ToOADate(), (transition.WindowEnd + transition.Bucket).UtcDateTime.ToOADate());
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Channels.Charts;
using MetricsAlerts.Channels.Email;
using MetricsAlerts.Notifying;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using SkiaSharp;

namespace MetricsAlerts.Channels.Tests;

public sealed class AlertChartTests
{
    [Fact]
    public void It_is_a_png_with_the_line_the_threshold_and_the_time_it_was_open()
    {
        using var image = SKBitmap.Decode(new AlertChart(NullLogger<AlertChart>.Instance).Draw(Alerts.Changed(Change.Fired).Alert));

        Assert.Equal((640, 240), (image.Width, image.Height));
        var colours = image.Pixels.GroupBy(pixel => (uint)pixel).ToDictionary(group => group.Key, group => group.Count());
        Assert.True(colours.GetValueOrDefault((uint)SKColors.SteelBlue) > 200, "the values");
        Assert.True(colours.GetValueOrDefault((uint)SKColors.DarkRed) > 100, "the threshold");
        Assert.Contains(image.Pixels, pixel => pixel is { Red: > 250, Green: < 240 and > 200, Blue: < 240 and > 200 });
    }

    [Fact]
    public void Where_nothing_can_be_drawn_the_mail_goes_without()
    {
        var chart = new Mock<IAlertChart>();
        chart.Setup(one => one.Draw(It.IsAny<Alert>())).Returns((byte[]?)null);

        Assert.Null(Mail.Render(Alerts.Notification(Change.Fired), chart.Object).Chart);
    }

    [Fact]
    public void Values_that_are_missing_and_none_at_all_can_be_drawn()
    {
        var alert = Alerts.Changed(Change.NoData).Alert;
        foreach (var recent in (IReadOnlyList<double?>[])[[], [null, null], [0.5], [double.Epsilon, null, 1e300]])
            Assert.NotNull(
                new AlertChart(NullLogger<AlertChart>.Instance).Draw(alert with { Evidence = alert.Evidence with { Recent = recent } }));
    }
}

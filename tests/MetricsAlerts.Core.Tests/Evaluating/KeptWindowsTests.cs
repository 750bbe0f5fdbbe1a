using MetricsAlerts.Evaluating;

namespace MetricsAlerts.Core.Tests.Evaluating;

public sealed class KeptWindowsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_no_rule_needs_any_more_is_kept_for_two_days()
    {
        var kept = default(KeptWindows).Need(100, Start).Need(10, Start);
        Assert.Equal(100, kept.Need(10, Start.AddHours(47)).Count);
        Assert.Equal(10, kept.Need(10, Start.AddHours(48)).Count);
    }

    [Fact]
    public void The_two_days_begin_when_the_need_falls_again()
    {
        var kept = default(KeptWindows).Need(100, Start).Need(50, Start).Need(50, Start.AddHours(47)).Need(10, Start.AddHours(47.5));
        Assert.InRange(kept.Need(10, Start.AddHours(95)).Count, 50, 100);
        Assert.Equal(10, kept.Need(10, Start.AddHours(96)).Count);
    }

    [Fact]
    public void Nothing_is_kept_longer_because_the_clock_was_ahead()
    {
        var kept = default(KeptWindows).Need(100, Start.AddDays(30)).Need(10, Start.AddDays(30)).Need(10, Start);
        Assert.Equal(10, kept.Need(10, Start.AddDays(2)).Count);
    }
}

using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Testing;
using Microsoft.Extensions.Time.Testing;

namespace EndToEnd.Tests;

public sealed class ScheduleTests
{
    private readonly SteppedTime _time = new(new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 12, 3, 0, TimeSpan.Zero)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_occurrence_comes_once()
    {
        var schedule = new Schedule("0 */10 * * * *", _time);
        var occurrences = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            await PassAsync(schedule.NextAsync(Cancellation));
            occurrences.Add(_time.GetUtcNow().TimeOfDay);
        }

        Assert.Equal([new(12, 10, 0), new(12, 20, 0), new(12, 30, 0)], occurrences);
    }

    // R19, addendum
    [Theory]
    [InlineData(-24)]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task A_clock_that_is_set_does_not_keep_the_next_occurrence_from_coming(int hours)
    {
        var began = _time.GetTimestamp();
        var next = new Schedule("0 */10 * * * *", _time).NextAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));

        _time.Ahead = TimeSpan.FromHours(hours);

        await PassAsync(next);
        Assert.InRange(_time.GetElapsedTime(began), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_clock_that_is_corrected_by_a_moment_repeats_no_occurrence()
    {
        var schedule = new Schedule("0 */10 * * * *", _time);
        await PassAsync(schedule.NextAsync(Cancellation));
        _time.Ahead = TimeSpan.FromMilliseconds(-20);

        await PassAsync(schedule.NextAsync(Cancellation));

        Assert.InRange(_time.GetUtcNow().TimeOfDay, new TimeSpan(12, 20, 0), new TimeSpan(12, 20, 1));
    }

    [Fact]
    public async Task A_wait_may_take_years()
    {
        var next = new Schedule("0 0 0 29 2 *", _time).NextAsync(Cancellation);
        _time.Advance(TimeSpan.FromDays(700));
        Assert.False(next.IsCompleted);
        _time.Ahead = TimeSpan.FromDays(100);
        await PassAsync(next);
    }

    private async Task PassAsync(Task next)
    {
        while (!next.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await next;
    }
}

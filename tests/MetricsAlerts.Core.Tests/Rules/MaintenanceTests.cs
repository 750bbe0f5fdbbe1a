using CsCheck;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Rules;

/// <summary>Maintenance windows on the clocks of a place that changes them.</summary>
public sealed class MaintenanceTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-01-10T21:59:00Z", null)] // a Saturday, 22:59 there
    [InlineData("2026-01-10T22:00:00Z", "2026-01-11T05:00:00Z")]
    [InlineData("2026-01-11T04:59:00Z", "2026-01-11T05:00:00Z")]
    [InlineData("2026-01-11T05:00:00Z", null)]
    [InlineData("2026-07-11T21:00:00Z", "2026-07-12T04:00:00Z")] // in summer an hour earlier in UTC
    [InlineData("2026-03-28T22:30:00Z", "2026-03-29T04:00:00Z")] // the night that has no 02:30
    [InlineData("2026-10-24T22:30:00Z", "2026-10-25T05:00:00Z")] // the night that has it twice
    [InlineData("2026-01-12T23:00:00Z", null)] // a Monday
    public void It_is_on_by_the_clock_of_its_place(string now, string? end)
    {
        var window = new MaintenanceDefinition("night", AlertMatcher.Any, [DayOfWeek.Saturday], new(23, 0), new(6, 0), Berlin);

        Assert.Equal(end is null ? null : DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), window.EndIfOn(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Whenever it is on it ends later, within 25 hours, and is on at every moment until then.</summary>
    [Fact]
    public void It_is_on_until_it_ends() =>
        Gen.Select(Gen.Int[0, 1439], Gen.Int[0, 1439], Gen.Int[0, 366 * 24 * 60]).Check(20_000, one =>
        {
            var (from, to, at) = one;
            var window = new MaintenanceDefinition("w", AlertMatcher.Any, [], TimeOnly.MinValue.AddMinutes(from), TimeOnly.MinValue.AddMinutes(to), Berlin);
            var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(at);
            if (window.EndIfOn(now) is not { } end)
                return true;
            Assert.InRange(end - now, TimeSpan.FromTicks(1), TimeSpan.FromHours(25));
            Assert.NotNull(window.EndIfOn(end.AddSeconds(-1)));
            return true;
        });

    [Theory]
    [InlineData("maintenance: [{ name: a, from: \"25:00\", to: \"06:00\" }]", "25:00")]
    [InlineData("maintenance: [{ name: a, from: \"22:00\", to: \"06:00\", days: someday }]", "someday")]
    [InlineData("maintenance: [{ name: a, from: \"22:00\", to: \"06:00\", timeZone: Mars/Base }]", "Mars/Base")]
    [InlineData("inhibit: [{ when: { rule: a } }]", "mute")]
    [InlineData("routes: [{ notify: [a], groupWait: soon }]", "soon")]
    [InlineData("channels: [{ name: a, type: pagerduty }]", "routing key")]
    [InlineData("channels: [{ name: a, type: webhook, url: \"secret:a\", key: cleartext }]", "clear text")]
    [InlineData("channels: [{ name: a, type: email, format: smtp, url: \"smtp://mail\", to: a@example.com }]", "sender")]
    [InlineData("channels: [{ name: a, type: slack }]", "'url' is missing")]
    public void What_is_wrong_is_said(string yaml, string word)
    {
        var file = RuleFile.Parse(yaml, "rules.yaml");

        Assert.True(file.HasErrors);
        Assert.Contains(file.Diagnostics, diagnostic => diagnostic.ToString().Contains(word, StringComparison.Ordinal));
    }
}

namespace MetricsAlerts.Rules;

/// <summary>A time that comes again every week, in which alerts that match are not told.</summary>
/// <param name="Name">Unique among maintenance windows.</param>
/// <param name="Match">Which alerts.</param>
/// <param name="Days">The days on which it begins; all when empty.</param>
/// <param name="From">When it begins, on the clock of <paramref name="Zone"/>.</param>
/// <param name="To">When it ends; a time before <paramref name="From"/>, or the same, is on the next day.</param>
/// <param name="Zone">The time zone.</param>
public sealed record MaintenanceDefinition(string Name, AlertMatcher Match, IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>When the window that is on at <paramref name="now"/> ends; null when none is on.</summary>
    /// <remarks>Times that the clock leaps over in spring count as the moment of the leap; of those that it shows twice in autumn the first begins and the second ends.</remarks>
    public DateTimeOffset? EndIfOn(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        foreach (var day in (DateOnly[])[today.AddDays(-1), today])
        {
            if (Days.Count > 0 && !Days.Contains(day.DayOfWeek))
                continue;
            var begin = Moment(day, From, isEnd: false);
            var end = Moment(To > From ? day : day.AddDays(1), To, isEnd: true);
            if (now >= begin && now < end)
                return end;
        }

        return null;
    }

    private DateTimeOffset Moment(DateOnly day, TimeOnly time, bool isEnd)
    {
        var local = day.ToDateTime(time);
        while (Zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = Zone.IsAmbiguousTime(local)
            ? isEnd ? Zone.GetAmbiguousTimeOffsets(local).Min() : Zone.GetAmbiguousTimeOffsets(local).Max()
            : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <inheritdoc/>
    public bool Equals(MaintenanceDefinition? other) =>
        other is not null && Name == other.Name && Match == other.Match && Days.SequenceEqual(other.Days) && From == other.From && To == other.To && Zone.Id == other.Zone.Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

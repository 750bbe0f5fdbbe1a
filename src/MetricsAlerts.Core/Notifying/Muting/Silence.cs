using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>Alerts that match are not told for a time, because somebody said so.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Match">Which alerts.</param>
/// <param name="Start">From when on.</param>
/// <param name="End">Until when.</param>
/// <param name="CreatedBy">Who said so.</param>
/// <param name="Comment">Why.</param>
public sealed record Silence(string Id, AlertMatcher Match, DateTimeOffset Start, DateTimeOffset End, string CreatedBy, string Comment)
{
    /// <summary>Whether it holds at <paramref name="now"/>.</summary>
    public bool IsOn(DateTimeOffset now) => now >= Start && now < End;
}

using MetricsAlerts.Notifying.Muting;

namespace MetricsAlerts.Web.Responses;

/// <summary>A silence: alerts that match are held back for a time.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Match">A glob for each label; all must match.</param>
/// <param name="Exact">The labels of <c>match</c> in whose value <c>*</c> and <c>?</c> stand for themselves.</param>
/// <param name="Start">From when on.</param>
/// <param name="End">Until when.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Comment">Why.</param>
/// <param name="IsOn">Whether it holds now.</param>
public sealed record SilenceResponse(
    string Id,
    IReadOnlyDictionary<string, string> Match,
    IReadOnlyList<string> Exact,
    DateTimeOffset Start,
    DateTimeOffset End,
    string CreatedBy,
    string Comment,
    bool IsOn)
{
    /// <summary>The response for a silence at a time.</summary>
    public static SilenceResponse Of(Silence silence, DateTimeOffset now) => new(
        silence.Id,
        silence.Match.Globs.ToDictionary(glob => glob.Key, glob => glob.Value.Text),
        [.. silence.Match.Globs.Where(glob => glob.Value.IsExact).Select(glob => glob.Key)],
        silence.Start,
        silence.End,
        silence.CreatedBy,
        silence.Comment,
        silence.IsOn(now));
}

using MetricsAlerts.Alerts;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>Somebody said that these alerts are not to be told for a while. Of several silences the one that ends last decides.</summary>
internal static class SilenceStage
{
    public static Suppression? Find(Alert alert, IReadOnlyList<Silence> active) => active
        .Where(silence => silence.Match.Matches(alert))
        .OrderByDescending(silence => silence.End)
        .Select(silence => new Suppression(Suppression.BySilence + silence.Id, silence.End))
        .FirstOrDefault();
}

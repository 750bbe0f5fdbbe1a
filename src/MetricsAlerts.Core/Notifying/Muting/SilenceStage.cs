using MetricsAlerts.Alerts;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>
/// The first stage of Notify: somebody said that these alerts are not to be notified of for a while. Of several silences the one that ends
/// last decides.
/// </summary>
internal sealed class SilenceStage(SilenceStore silences)
{
    public async Task<Suppression?> FindAsync(AlertMessage alert, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await silences.GetActiveAsync(now, cancellationToken))
        .Where(silence => silence.Match.Matches(alert))
        .OrderByDescending(silence => silence.End)
        .Select(silence => new Suppression(Suppression.BySilence + silence.Id, silence.End))
        .FirstOrDefault();
}

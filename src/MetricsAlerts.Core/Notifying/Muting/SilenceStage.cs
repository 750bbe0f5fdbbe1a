using MetricsAlerts.Alerts;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>The first stage of Notify: somebody said that these alerts are not to be told for a while. Of several silences the one that ends last decides.</summary>
internal sealed class SilenceStage(SilenceStore silences)
{
    public async Task<Suppression?> FindAsync(AlertMessage alert, DateTimeOffset now, CancellationToken cancellationToken) => (await silences.ListAsync(cancellationToken))
        .Where(silence => silence.IsOn(now) && silence.Match.Matches(alert))
        .OrderByDescending(silence => silence.End)
        .Select(silence => new Suppression(Suppression.BySilence + silence.Id, silence.End))
        .FirstOrDefault();
}

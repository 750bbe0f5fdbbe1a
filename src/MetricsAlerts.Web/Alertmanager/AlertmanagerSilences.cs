using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Web.Requests;

namespace MetricsAlerts.Web.Alertmanager;

/// <summary>Silences in Alertmanager's words.</summary>
internal sealed class AlertmanagerSilences(SilenceStore silences, SilenceExpiry expiry, RuleStore rules, TimeProvider time)
{
    /// <summary>As long as Alertmanager keeps those that are over.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromHours(120);

    /// <summary>Active silences, the next to end first; then pending ones, the next to start first; then expired ones.</summary>
    public async Task<IReadOnlyList<GettableSilence>> ListAsync(IReadOnlyList<Matcher> filters, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = (await silences.ListAsync(cancellationToken)).Where(silence => silence.End > now - Retention)
            .Select(silence => Describe(silence, now))
            .Where(silence => filters.All(filter => silence.Matchers.Any(matcher => IsThe(filter, matcher)))).ToList();
        return
        [
            .. found.Where(silence => silence.Status.State == "active").OrderBy(silence => silence.EndsAt),
            .. found.Where(silence => silence.Status.State == "pending").OrderBy(silence => silence.StartsAt),
            .. found.Where(silence => silence.Status.State == "expired").OrderByDescending(silence => silence.EndsAt),
        ];
    }

    /// <summary>One silence; null when there is none.</summary>
    public async Task<GettableSilence?> FindAsync(string uuid, CancellationToken cancellationToken) =>
        await FindStoredAsync(uuid, cancellationToken) is { } silence ? Describe(silence, time.GetUtcNow()) : null;

    /// <summary>Ends a silence; one that is over stays so. Returns false when there is none.</summary>
    public async Task<bool> ExpireAsync(string uuid, CancellationToken cancellationToken)
    {
        if (await FindStoredAsync(uuid, cancellationToken) is not { } silence)
            return false;
        await expiry.ExpireAsync(silence.Id, cancellationToken);
        return true;
    }

    /// <summary>
    /// Makes a silence, or changes one: end, author and comment in place; where another start or other matchers are asked for, the old one
    /// is ended and a new one made. Returns its id, or null when the one that is to be changed is not there.
    /// </summary>
    /// <exception cref="RequestRefusedException">It makes no sense, or cannot be said here.</exception>
    public async Task<string?> SaveAsync(PostableSilence asked, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (start, end) = TimesOf(asked, now);
        var (by, comment) = (asked.CreatedBy ?? "", asked.Comment ?? "");
        var match = await MatchOfAsync(asked, cancellationToken);
        try
        {
            if (string.IsNullOrEmpty(asked.Id))
                return SilenceIds.ToUuid((await silences.AddAsync(match, start, end, by, comment, cancellationToken)).Id);
            if (await FindStoredAsync(asked.Id, cancellationToken) is not { } before)
                return null;
            var isSame = before.Match == match && before.End > now && (before.IsOn(now) || IsSameSecond(before.Start, start));
            if (isSame)
                return SilenceIds.ToUuid((await silences.ChangeAsync(before.Id, end, by, comment, cancellationToken)).Id);
            var made = await silences.AddAsync(match, start, end, by, comment, cancellationToken);
            await expiry.ExpireAsync(before.Id, cancellationToken);
            return SilenceIds.ToUuid(made.Id);
        }
        catch (SilenceRefusedException exception)
        {
            throw new RequestRefusedException(exception.Message);
        }
    }

    private static bool IsSameSecond(DateTimeOffset one, DateTimeOffset other) => one.ToUnixTimeSeconds() == other.ToUnixTimeSeconds();

    /// <summary>A start that is past is now. The zero time of Go is no time.</summary>
    private static (DateTimeOffset Start, DateTimeOffset End) TimesOf(PostableSilence asked, DateTimeOffset now)
    {
        if (asked.EndsAt is not { Year: > 1 } end)
            throw new RequestRefusedException("endsAt: found nothing; expected a time such as 2026-01-05T00:00:00Z.");
        return (asked.StartsAt is { Year: > 1 } start && start > now ? start : now, end);
    }

    private async Task<AlertMatcher> MatchOfAsync(PostableSilence asked, CancellationToken cancellationToken)
    {
        if (asked.Matchers is not { Count: > 0 } bodies)
            throw new RequestRefusedException("matchers: found none; expected at least one.");
        var ruleSet = await rules.GetAsync(cancellationToken);
        var globs = new Dictionary<string, Glob>(StringComparer.Ordinal);
        foreach (var body in bodies)
        {
            if (body is not { Name: { Length: > 0 } name, Value: { } value })
                throw new RequestRefusedException("matchers: found one without name or value; expected both.");
            var label = AlertmanagerLabels.LabelOf(name, ruleSet);
            if (!globs.TryAdd(label, MatcherGlobs.GlobOf(new(name, value, body.IsRegex ?? false, body.IsEqual ?? true))))
                throw new RequestRefusedException(
                    $"matchers: the label '{name}' is given twice, and all that is given must match; make one silence for each.");
        }

        return new(globs);
    }

    private async Task<Silence?> FindStoredAsync(string uuid, CancellationToken cancellationToken)
    {
        foreach (var id in SilenceIds.Of(uuid))
        {
            if (await silences.FindAsync(id, cancellationToken) is { } silence)
                return silence;
        }

        return null;
    }

    private static bool IsThe(Matcher filter, MatcherBody matcher) =>
        filter.Name == matcher.Name && filter.Value == matcher.Value &&
        filter.IsRegex == matcher.IsRegex && filter.IsEqual == matcher.IsEqual;

    private static GettableSilence Describe(Silence silence, DateTimeOffset now)
    {
        var state = silence.IsOn(now) ? "active" : silence.Start > now ? "pending" : "expired";
        var updated = state == "expired" ? silence.End : silence.Start < now ? silence.Start : now;
        return new(
            SilenceIds.ToUuid(silence.Id), new(state), updated, silence.Comment, silence.CreatedBy, silence.End,
            MatcherGlobs.Of(silence.Match), silence.Start, new Dictionary<string, string>());
    }
}

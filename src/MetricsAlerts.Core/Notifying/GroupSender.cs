using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Notifying.Delivery;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Notifying;

/// <summary>What came of wanting to say something.</summary>
/// <param name="WaitUntil">Not before this: the channel cools down, or it is not its turn.</param>
/// <param name="DeadLetter">Changes were given up: the wake is kept with the reason.</param>
internal sealed record Said(DateTimeOffset? WaitUntil = null, Settlement.DeadLetter? DeadLetter = null);

/// <summary>Says a group's changes in one message and records how it went: cool-down → turn → begin → deliver → record.</summary>
public sealed partial class GroupSender(
    NotifyStores stores, ChannelAccess channels, IOptions<NotifyOptions> notifyOptions, PipelineMetrics metrics, ILogger<GroupSender> logger)
{
    /// <summary>Why a wake is dead-lettered.</summary>
    public const string DeliveryFailed = nameof(DeliveryFailed);

    /// <summary>Rows of readers that fit into one batch beside the group's own.</summary>
    private const int ReadersInBatch = 90;

    /// <summary>Changes in one message.</summary>
    private const int MostChanges = 1000;

    private readonly NotifyOptions _options = notifyOptions.Value;
    private readonly RetryPlan _retries = new(notifyOptions.Value);

    internal async Task<Said> SayAsync(
        Group group, ChannelDefinition definition, IReadOnlyList<AlertChange> sayable, Woken woken, CancellationToken cancellationToken)
    {
        if (channels.Open(definition, out var channel) is { } refused)
            return new(DeadLetter: await GiveUpAsync(group, definition, sayable, refused, woken, cancellationToken));
        if (!woken.Wake.Replay && channels.Cooldown.EndsAt(group.Channel) is { } end)
            return new(end, DeadLetter: await CoolDownAsync(group, definition, sayable, end, woken, cancellationToken));
        if (await WaitForTurnAsync(group, channel!.Pace, woken, cancellationToken) is { } turn)
            return new(turn);

        var isRepetition = IsRepeatable(group.Attempt, sayable);
        var attempt = await BeginAsync(group, sayable, isRepetition, channel!.MaxChanges, woken, cancellationToken);
        var result = await channel.DeliverAsync(channels.Compose(group, attempt), cancellationToken);
        channels.Cooldown.Record(group.Channel, result);
        metrics.Notifications.Add(1, new("channel", group.Channel), new("outcome", result.GetType().Name));
        Log.Attempted(logger, group.Channel, attempt.Changes.Count, attempt.Number, result);
        switch (result)
        {
            case DeliveryResult.Delivered:
                await DeliveredAsync(group, attempt, definition.RepeatEvery is not null, woken, cancellationToken);
                return new();
            case DeliveryResult.Deferred deferred:
                return new(DeadLetter: await DeferAsync(group, definition, attempt, deferred, isRepetition, woken, cancellationToken));
            default:
                return new(DeadLetter: await GiveUpAsync(group, definition, attempt.Changes, ((DeliveryResult.Refused)result).Reason, woken, cancellationToken));
        }
    }

    /// <summary>
    /// When the group's turn at the channel comes; null when it is here. The turn is kept with the group: whoever wakes the group, and however late, finds it.
    /// </summary>
    private async Task<DateTimeOffset?> WaitForTurnAsync(Group group, TimeSpan pace, Woken woken, CancellationToken cancellationToken)
    {
        if (pace <= TimeSpan.Zero)
            return null;
        var now = woken.Now;
        if (group.Progress.Turn is not { } turn || !turn.IsPlausible(now))
        {
            turn = await channels.Turns.TakeAsync(group.Channel, pace, cancellationToken);
            if (turn.At > now)
                await stores.Groups.SaveAsync(group, group.Progress with { Turn = turn }, cancellationToken);
        }

        return turn.At > now ? turn.At : null;
    }

    /// <summary>A message that the channel has taken is brought to its end after a crash.</summary>
    internal async Task FinishAsync(Group group, CancellationToken cancellationToken)
    {
        if (group.Attempt is not { Outcome: AttemptOutcome.Taken } attempt)
            return;
        await stores.Groups.SaveAsync(group, attempt.Changes.Select(change => group.Reader(change.Alert.Key.Id).After(change, attempt.BegunAt)), cancellationToken);
        await stores.Groups.SaveAsync(group, After(group.Progress, attempt.BegunAt), null, [], cancellationToken);
    }

    /// <summary>Takes up again what was given up.</summary>
    internal async Task ReopenAsync(Group group, CancellationToken cancellationToken)
    {
        var givenUp = group.Notified.Values.Where(notified => notified.GivenUp != default).ToList();
        await stores.Groups.SaveAsync(group, givenUp.Select(notified => notified with { GivenUp = default, GivenUpBecause = "", FailingSince = null }), cancellationToken);
    }

    /// <summary>Notes, for people, why something is not said for now, and of what has nothing left to say that it does not fail any more.</summary>
    internal async Task RecordHeldAsync(Group group, Look look, CancellationToken cancellationToken)
    {
        var reasons = look.Held.ToDictionary(one => one.Change.Alert.Key.Id, one => one.Why.ToString(), StringComparer.Ordinal);
        var sayable = look.Sayable.Select(change => change.Alert.Key.Id).ToHashSet(StringComparer.Ordinal);
        var known = group.Notified.Values.Where(notified => !reasons.ContainsKey(notified.AlertId))
            .Select(notified => notified with { Held = "", FailingSince = sayable.Contains(notified.AlertId) ? notified.FailingSince : null })
            .Where(notified => notified != group.Reader(notified.AlertId)).ToList();
        var changed = reasons.Select(reason => group.Reader(reason.Key) with { Held = reason.Value }).Where(notified => notified != group.Reader(notified.AlertId));
        await stores.Groups.SaveAsync(group, [.. known, .. changed], cancellationToken);
    }

    /// <summary>Whether a message of which it is not known whether the channel took it still says what is so: then the same goes again.</summary>
    private static bool IsRepeatable(Attempt? attempt, IReadOnlyList<AlertChange> sayable) => attempt is not null && attempt.Changes.All(said => sayable.Any(
        change => change.Change == said.Change && change.Alert.Version == said.Alert.Version && change.Alert.Key.Id == said.Alert.Key.Id));

    private async Task<Attempt> BeginAsync(
        Group group, IReadOnlyList<AlertChange> sayable, bool isRepetition, int mostChanges, Woken woken, CancellationToken cancellationToken)
    {
        var now = woken.Now;
        if (isRepetition)
        {
            var again = group.Attempt! with { Number = group.Progress.Begun + 1, BegunAt = now };
            await stores.Groups.SaveAsync(group, group.Progress with { Begun = again.Number, Turn = null }, again, [], cancellationToken);
            return again;
        }

        // What an earlier message said may have been heard, and is no longer so: readers may believe it, and that is kept when the message goes.
        var maybe = group.Attempt is null ? [] : group.Attempt.Changes.Select(said => group.Reader(said.Alert.Key.Id)).ToList();
        var changes = sayable.Take(Math.Min(mostChanges, MostChanges)).ToList();
        string[] content = [.. changes.SelectMany(change => new[] { change.Alert.Key.Id, change.Alert.Version.ToString(), change.Change.ToString() })];
        var attempt = new Attempt(DerivedId.From(["message", group.Channel, group.Name, $"{group.Progress.Messages}", .. content]), group.Progress.Begun + 1, now, changes);
        if (maybe.Count > ReadersInBatch)
            await stores.Groups.SaveAsync(group, maybe, cancellationToken);
        await stores.Groups.SaveAsync(
            group, group.Progress with { Begun = attempt.Number, Turn = null }, attempt, maybe.Count > ReadersInBatch ? [] : maybe, cancellationToken);
        return attempt;
    }

    private async Task DeliveredAsync(Group group, Attempt attempt, bool repeats, Woken woken, CancellationToken cancellationToken)
    {
        var now = woken.Now;
        var heard = attempt.Changes.Select(change => group.Reader(change.Alert.Key.Id).After(change, now)).ToList();
        if (heard.Count <= ReadersInBatch)
        {
            await stores.Groups.SaveAsync(group, After(group.Progress, now), null, heard, cancellationToken);
        }
        else
        {
            // That it was taken is recorded at once; the readers follow, and after a crash are brought up to it without sending again.
            await stores.Groups.SaveAsync(group, group.Progress, attempt with { Outcome = AttemptOutcome.Taken, BegunAt = now }, [], cancellationToken);
            await FinishAsync(group, cancellationToken);
        }

        // What a channel is told again and again, so that it does not forget, is nothing that happened.
        var news = repeats ? [.. attempt.Changes.Where(change => change.Change != Change.Reminded)] : attempt.Changes;
        await AppendAsync(group, attempt with { Changes = news }, "delivered", now, cancellationToken);
    }

    private async Task<Settlement.DeadLetter?> DeferAsync(
        Group group, ChannelDefinition definition, Attempt attempt, DeliveryResult.Deferred deferred, bool isRepetition, Woken woken,
        CancellationToken cancellationToken)
    {
        var now = woken.Now;
        var next = now + _retries.Wait(group.Progress.Failures + 1, deferred.RetryAfter);

        // A message that was refused in so many words is no message; one that may have arrived goes again as it is, or counts as what readers may believe.
        var progress = group.Progress with { Failures = group.Progress.Failures + 1, NextAttempt = next, LastError = deferred.Reason };
        var kept = deferred.MayHaveArrived || isRepetition ? attempt : null;
        if (kept is not null)
            group.AssumeHeard(kept);
        var failing = attempt.Changes.Select(change => group.Reader(change.Alert.Key.Id)).Select(reader => reader with { FailingSince = reader.FailingSince ?? now }).ToList();
        if (failing.Count > ReadersInBatch)
            await stores.Groups.SaveAsync(group, failing, cancellationToken);
        await stores.Groups.SaveAsync(group, progress, kept, failing.Count > ReadersInBatch ? [] : failing, cancellationToken);
        await AppendAsync(group, attempt, "failed", now, cancellationToken, deferred.Reason);

        // Each change has its own time to live: one that joined late is not given up with those that have waited all day.
        var expired = attempt.Changes.Where(change => next - group.Reader(change.Alert.Key.Id).FailingSince >= _options.GiveUpAfter).ToList();
        return expired.Count == 0 ? null : await GiveUpAsync(
            group, definition, expired, $"given up after {Durations.Format(_options.GiveUpAfter)}: {deferred.Reason}", woken, cancellationToken);
    }

    /// <summary>What waits because the channel cools down fails as long: another group's failures must not keep it from being given up in time.</summary>
    private async Task<Settlement.DeadLetter?> CoolDownAsync(
        Group group, ChannelDefinition definition, IReadOnlyList<AlertChange> sayable, DateTimeOffset end, Woken woken, CancellationToken cancellationToken)
    {
        var now = woken.Now;
        var begins = sayable.Select(change => group.Reader(change.Alert.Key.Id)).Where(reader => reader.FailingSince is null);
        await stores.Groups.SaveAsync(group, begins.Select(reader => reader with { FailingSince = now }).ToList(), cancellationToken);
        var expired = sayable.Where(change => end - group.Reader(change.Alert.Key.Id).FailingSince >= _options.GiveUpAfter).ToList();
        return expired.Count == 0 ? null : await GiveUpAsync(
            group, definition, expired, $"given up after {Durations.Format(_options.GiveUpAfter)}: the channel asks to be left alone", woken, cancellationToken);
    }

    /// <summary>Gives these changes up here, until the alert changes again: the wake is dead-lettered with the reason, and the fallback channel follows the alert.</summary>
    private async Task<Settlement.DeadLetter> GiveUpAsync(
        Group group, ChannelDefinition definition, IReadOnlyList<AlertChange> changes, string reason, Woken woken, CancellationToken cancellationToken)
    {
        if (definition.Fallback is { } fallback)
            Log.FallsBack(logger, group.Channel, fallback);
        var readers = (group.Attempt?.Changes ?? []).Select(said => group.Reader(said.Alert.Key.Id)).ToDictionary(reader => reader.AlertId, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var reader = group.Reader(change.Alert.Key.Id);
            readers[reader.AlertId] = reader with
            {
                GivenUp = change.Alert.Version,
                GivenUpBecause = reason,
                FailingSince = null,
                Fallback = definition.Fallback ?? reader.Fallback,
                Forwarded = definition.Fallback is null || definition.Fallback == reader.Fallback ? reader.Forwarded : default,
            };
        }

        var now = woken.Now;
        var (most, rest) = (readers.Values.Take(ReadersInBatch).ToList(), readers.Values.Skip(ReadersInBatch).ToList());
        await stores.Groups.SaveAsync(group, rest, cancellationToken);
        var text = $"Channel '{group.Channel}', {changes.Count} changes of {group.Name}: {reason}";
        var progress = After(group.Progress, group.Progress.LastMessage) with { LastError = reason, DeadWake = woken.MessageId, DeadWakeReason = text };
        await stores.Groups.SaveAsync(group, progress, null, most, cancellationToken);
        await stores.History.AppendAsync(
            [.. changes.Select(change => new HistoryEntry(now, $"{change.Alert.Key.Id}|{group.Channel}|{progress.Messages}", "givenUp", reason, change.Alert) { Channel = group.Channel })],
            cancellationToken);
        return new(DeliveryFailed, text);
    }

    private static GroupProgress After(GroupProgress progress, DateTimeOffset? lastMessage) =>
        progress with { Messages = progress.Messages + 1, Begun = 0, Failures = 0, NextAttempt = null, Turn = null, LastMessage = lastMessage, LastError = "" };

    private Task AppendAsync(Group group, Attempt attempt, string what, DateTimeOffset at, CancellationToken cancellationToken, string why = "") => stores.History.AppendAsync(
        [.. attempt.Changes.Select(change => new HistoryEntry(
            at, $"{change.Alert.Key.Id}|{attempt.Id}|{attempt.Number}", what, why.Length > 0 ? why : change.Change.ToString(), change.Alert) { Channel = group.Channel, Attempt = attempt.Number })],
        cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 501, Level = LogLevel.Information, Message = "Channel {Channel}, {Changes} changes, attempt {Attempt}: {Result}")]
        public static partial void Attempted(ILogger logger, string channel, int changes, int attempt, DeliveryResult result);

        [LoggerMessage(EventId = 503, Level = LogLevel.Warning, Message = "Channel {Channel} failed for good; {Fallback} is notified instead")]
        public static partial void FallsBack(ILogger logger, string channel, string fallback);
    }
}

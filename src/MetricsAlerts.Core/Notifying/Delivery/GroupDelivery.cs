using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>
/// The second half of Notify: takes what a group has to tell as one message, waits for the channel's turn, delivers it and records how it went. What fails
/// for a while is tried again with growing waits; what fails for good, or for too long, is dead-lettered and told to the fallback channel.
/// </summary>
internal sealed partial class GroupDelivery(
    RuleStore rules, GroupLedger ledger, AlertQueue queue, IChannelFactory channels, SignedLinks links, ChannelTurns turns, ChannelCircuit circuit, NotifyOptions options, TimeProvider time, PipelineMetrics metrics, ILogger logger)
{
    public async Task<Settlement> DeliverAsync(GroupFlush flush, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (flush.Replay)
            await ledger.ReopenAsync(flush.Channel, flush.Group, now, cancellationToken);
        var entries = await ledger.ListOpenAsync(flush.Channel, flush.Group, cancellationToken);
        if (entries.Count == 0)
            return Settlement.Complete;

        var state = await ledger.LoadAsync(flush.Channel, flush.Group, cancellationToken);
        if (state.NextAttempt > now && !flush.Replay)
        {
            await LaterAsync(flush with { HasTurn = false }, "waiting", state.NextAttempt.Value, cancellationToken);
            return Settlement.Complete;
        }

        var ruleSet = await rules.GetAsync(cancellationToken);
        if (Open(flush.Channel, ruleSet, out var channel) is { } refused)
            return await EndAsync(flush, state, entries, refused, ruleSet, cancellationToken);
        if (circuit.OpenUntil(flush.Channel) is { } open && !flush.Replay)
        {
            await LaterAsync(flush with { HasTurn = false }, "left alone", open, cancellationToken);
            return Settlement.Complete;
        }

        if (!flush.HasTurn && await turns.TakeAsync(flush.Channel, channel!.Pace, cancellationToken) is { } turn)
        {
            await LaterAsync(flush with { HasTurn = true }, "turn", turn, cancellationToken);
            return Settlement.Complete;
        }

        return await AttemptAsync(flush, state, entries, channel!, ruleSet, cancellationToken);
    }

    /// <summary>Makes the channel, or says why it cannot be.</summary>
    private string? Open(string name, RuleSet ruleSet, out IChannel? channel)
    {
        channel = null;
        if (!ruleSet.Channels.TryGetValue(name, out var definition))
            return $"there is no channel '{name}'";
        try
        {
            channel = channels.Create(definition);
            return null;
        }
        catch (ChannelConfigurationException exception)
        {
            return exception.Message;
        }
    }

    private async Task<Settlement> AttemptAsync(
        GroupFlush flush, GroupState before, IReadOnlyList<GroupEntry> entries, IChannel channel, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        var begun = await ledger.SaveAsync(flush.Channel, flush.Group, before with { Attempts = before.Attempts + 1, IsSending = true }, cancellationToken);
        var result = await channel.DeliverAsync(Compose(flush.Channel, [.. entries.Select(entry => entry.Alert)], begun.Attempts), cancellationToken);
        circuit.Note(flush.Channel, result);
        metrics.Notifications.Add(1, new("channel", flush.Channel), new("outcome", result.GetType().Name));
        Log.Attempted(logger, flush.Channel, entries.Count, begun.Attempts, result);
        switch (result)
        {
            case DeliveryResult.Delivered:
                var done = new GroupState { ETag = begun.ETag, LastMessage = time.GetUtcNow() };
                await ledger.EndAsync(flush.Channel, flush.Group, done, entries, Outcome.Delivered, time.GetUtcNow(), cancellationToken);
                return Settlement.Complete;
            case DeliveryResult.Deferred deferred:
                return await TryAgainAsync(flush, begun, entries, deferred, ruleSet, cancellationToken);
            default:
                return await EndAsync(flush, begun, entries, ((DeliveryResult.Refused)result).Reason, ruleSet, cancellationToken);
        }
    }

    private Notification Compose(string channel, IReadOnlyList<AlertMessage> alerts, int attempt)
    {
        var notification = new Notification(channel, alerts, attempt);
        var content = notification.Content;
        if (!links.IsOn || alerts.Count > 1)
            return notification;
        var added = content.Links.Append(("Open alert", links.Alert(alerts[0])!));
        if (content.IsOpen)
            added = added.Append(("Silence 4 h", links.Silence(alerts[0])!));
        return notification with { Content = content with { Links = [.. added], Chart = links.Chart(alerts[0]) } };
    }

    private async Task<Settlement> TryAgainAsync(
        GroupFlush flush, GroupState begun, IReadOnlyList<GroupEntry> entries, DeliveryResult.Deferred deferred, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        var next = time.GetUtcNow() + Wait(begun.Attempts, deferred);
        var waiting = begun with { IsSending = false, NextAttempt = next, LastError = deferred.Reason };
        Settlement settlement = Settlement.Complete;

        // Each transition has its own time to live: one that joined late is not given up with those that have waited all day.
        var expired = entries.Where(entry => next - entry.AddedAt >= options.GiveUpAfter).ToList();
        if (expired.Count > 0)
            settlement = await EndAsync(flush, waiting, expired, $"given up after {Durations.Format(options.GiveUpAfter)}: {deferred.Reason}", ruleSet, cancellationToken);
        else
            await ledger.SaveAsync(flush.Channel, flush.Group, waiting, cancellationToken);
        if (expired.Count < entries.Count)
            await LaterAsync(flush with { HasTurn = false }, $"attempt {begun.Attempts}", next, cancellationToken);
        return settlement;
    }

    /// <summary>Gives these up: dead-letters them with the reason and tells the fallback channel.</summary>
    private async Task<Settlement> EndAsync(
        GroupFlush flush, GroupState state, IReadOnlyList<GroupEntry> entries, string reason, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (ruleSet.Channels.GetValueOrDefault(flush.Channel)?.Fallback is { } fallback)
        {
            Log.FallsBack(logger, flush.Channel, fallback);
            foreach (var entry in entries)
                await ledger.AddAsync(new(fallback, flush.Group), entry.Alert, now, cancellationToken);
            await queue.FlushAsync(new(fallback, flush.Group), $"fallback of {flush.Channel} for {entries[^1].RowKey}", now, cancellationToken);
        }

        // What stays, if anything, goes on counting its attempts.
        var after = state.NextAttempt > now ? state with { IsSending = false } : new GroupState { ETag = state.ETag, LastMessage = state.LastMessage, LastError = reason };
        await ledger.EndAsync(flush.Channel, flush.Group, after with { LastError = reason }, entries, Outcome.Dead, now, cancellationToken);
        return new Settlement.DeadLetter("DeliveryFailed", $"Channel '{flush.Channel}', {entries.Count} transitions of {flush.Group}: {reason}");
    }

    private Task LaterAsync(GroupFlush flush, string reason, DateTimeOffset at, CancellationToken cancellationToken) =>
        queue.FlushAsync(flush with { Replay = false }, reason, at, cancellationToken);

    /// <summary>The first retry after <see cref="NotifyOptions.FirstRetry"/>, then twice as long each time; longer when the channel asks for it.</summary>
    private TimeSpan Wait(int attempts, DeliveryResult.Deferred deferred)
    {
        var doubled = options.FirstRetry * Math.Pow(2, Math.Min(20, attempts - 1));
        var wait = doubled < options.LongestRetry ? doubled : options.LongestRetry;
        return deferred.RetryAfter > wait ? deferred.RetryAfter.Value : wait;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 501, Level = LogLevel.Information, Message = "Channel {Channel}, {Transitions} transitions, attempt {Attempt}: {Result}")]
        public static partial void Attempted(ILogger logger, string channel, int transitions, int attempt, DeliveryResult result);

        [LoggerMessage(EventId = 503, Level = LogLevel.Warning, Message = "Channel {Channel} failed for good; {Fallback} is told instead")]
        public static partial void FallsBack(ILogger logger, string channel, string fallback);
    }
}

using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Notifying;

/// <summary>
/// The stage Notify: for one channel and group compares what is so with what was said there, and says the difference in one message. Load → forward to fallbacks →
/// difference → mute → wait → attempt → record. Nothing is remembered between two wakes but what is in the tables.
/// </summary>
public sealed class NotifyHandler : IMessageHandler
{
    private readonly RuleStore _rules;
    private readonly NotifyStores _stores;
    private readonly SuppressionCheck _suppression;
    private readonly GroupSender _sender;
    private readonly ReaderMoves _moves;
    private readonly TimeProvider _time;
    private readonly NotifyOptions _options;

    /// <summary>Puts the stage together.</summary>
    public NotifyHandler(RuleStore rules, NotifyStores stores, SilenceStore silences, GroupSender sender, IOptions<NotifyOptions> options, TimeProvider time)
    {
        (_rules, _stores, _sender, _time, _options) = (rules, stores, sender, time, options.Value);
        _suppression = new(silences, stores.Alerts);
        _moves = new(stores, options.Value);
    }

    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (MessageBody.Read(message, GroupWake.SchemaName, GroupWakeJson.Default.GroupWake, out var wake) is { } unreadable)
            return unreadable;

        var woken = new Woken(wake, message.MessageId, _time);

        // The note is read before the group: what comes in between renews it, so that ending the look leaves it there.
        var note = await _stores.Pending.FindAsync(wake.Channel, wake.Group, cancellationToken);
        var group = await _stores.Groups.LoadAsync(wake.Channel, wake.Group, cancellationToken);
        if (group.Progress.DeadWake == message.MessageId)
            return new Settlement.DeadLetter(GroupSender.DeliveryFailed, group.Progress.DeadWakeReason);
        var ruleSet = await _rules.GetAsync(cancellationToken);
        if (wake.Replay)
            await _sender.ReopenAsync(group, cancellationToken);
        await _sender.FinishAsync(group, cancellationToken);
        await _moves.ForwardAsync(group, woken.Now, cancellationToken);
        if (!ruleSet.Channels.TryGetValue(group.Channel, out var channel))
        {
            var isMoved = await _moves.MoveAsync(group, ruleSet, woken.Now, cancellationToken);
            await _stores.Pending.EndLookAsync(note, Noted(group, woken, isMoved ? null : woken.Now), cancellationToken);
            return Settlement.Complete;
        }

        var look = await LookAsync(group, ruleSet, woken, cancellationToken);
        var said = look.DueAt is { } due && (due <= woken.Now || wake.Replay)
            ? await _sender.SayAsync(group, channel, look.Sayable, woken, cancellationToken)
            : new(look.DueAt);
        await _moves.ForwardAsync(group, woken.Now, cancellationToken);
        await EndAsync(group, ruleSet, woken, note, said, cancellationToken);
        return said.DeadLetter ?? Settlement.Complete;
    }

    private async Task<Look> LookAsync(Group group, RuleSet ruleSet, Woken woken, CancellationToken cancellationToken)
    {
        var now = woken.Now;
        var mutes = await _suppression.PrepareAsync(group.Wanted.Values.Where(wanted => wanted.Alert.IsOpen).Select(wanted => wanted.Alert), ruleSet, now, cancellationToken);
        return Look.At(
            group, mutes.Find, now, _options.LongestRetry, ruleSet.Channels.GetValueOrDefault(group.Channel)?.RepeatEvery);
    }

    /// <summary>Notes what is held, when to look again, and asks to be woken then.</summary>
    private async Task EndAsync(Group group, RuleSet ruleSet, Woken woken, PendingGroup? note, Said said, CancellationToken cancellationToken)
    {
        var look = await LookAsync(group, ruleSet, woken, cancellationToken);
        await _sender.RecordHeldAsync(group, look, cancellationToken);
        var now = woken.Now;
        var next = Earliest(look.DueAt is { } due ? Latest(due, said.WaitUntil) : null, look.LookAgainAt);
        await _stores.Pending.EndLookAsync(note, Noted(group, woken, look.Held.Count > 0 ? now : next), cancellationToken);

        // What is held until something else ends is looked at with every tick; everything else has its time.
        if (next is { } at && (at > now || look.DueAt is not null))
            await _stores.WakeAsync(group, note, at > now ? at : null, woken, cancellationToken);
    }

    private static GroupNote Noted(Group group, Woken woken, DateTimeOffset? due) => new(group.Channel, group.Name, woken.NotedAt, due);

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}

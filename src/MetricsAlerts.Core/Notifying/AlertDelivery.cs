using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Notifying;

/// <summary>
/// The stage Notify: routes a transition to channels, writes each delivery into the ledger, attempts it and records how it went.
/// On each channel an alert's transitions are delivered in order; one that fails for a while is tried again, and holds back the later ones.
/// </summary>
public sealed partial class AlertDelivery(
    RuleStore rules, ITableStore tables, AlertQueue alerts, IChannelFactory channels, IOptions<DeliveryOptions> options, TimeProvider time,
    PipelineMetrics metrics, ILogger<AlertDelivery> logger)
    : IMessageHandler
{
    private readonly DeliveryLedger _ledger = new(tables);
    private readonly AlertStore _alerts = new(tables);

    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        using var activity = PipelineMetrics.Source.StartActivity("notify", ActivityKind.Consumer, message.TraceParent);
        try
        {
            switch (message.Schema)
            {
                case AlertMessage.SchemaName when JsonSerializer.Deserialize(message.Body.Span, AlertJson.Default.AlertMessage) is { } alert:
                    return await AcceptAsync(alert, message.SessionId, cancellationToken);
                case DeliveryRetry.SchemaName when JsonSerializer.Deserialize(message.Body.Span, DeliveryJson.Default.DeliveryRetry) is { } retry:
                    var open = await _ledger.LoadAsync(retry.AlertId, cancellationToken);
                    return await DeliverAsync(retry.AlertId, open, message.SessionId, cancellationToken);
                default:
                    return new Settlement.DeadLetter("UnreadableMessage", $"Expected {AlertMessage.SchemaName} or {DeliveryRetry.SchemaName}, found '{message.Schema}'.");
            }
        }
        catch (JsonException exception)
        {
            return new Settlement.DeadLetter("UnreadableMessage", exception.Message);
        }
    }

    private async Task<Settlement> AcceptAsync(AlertMessage alert, string sessionId, CancellationToken cancellationToken)
    {
        var transition = alert.Transition;
        await _alerts.RecordAsync(alert, cancellationToken);
        var ruleSet = await rules.GetAsync(cancellationToken);
        var names = Routing.ChannelsFor(alert, ruleSet.Routes);
        if (names.Count == 0)
            Log.NoChannel(logger, transition.Rule, transition.Transition);

        var entries = await _ledger.LoadAsync(transition.AlertId, cancellationToken);
        var known = entries.Select(entry => entry.RowKey).ToHashSet(StringComparer.Ordinal);
        var body = JsonSerializer.Serialize(alert, AlertJson.Default.AlertMessage);
        var now = time.GetUtcNow();
        var added = names.Where(name => !known.Contains(DeliveryLedger.RowKey(transition, name)))
            .Select(name => new DeliveryEntry(DeliveryLedger.RowKey(transition, name), name, DeliveryStatus.Waiting, 0, now, now, body))
            .ToList();
        entries.AddRange(await _ledger.AddAsync(transition.AlertId, added, cancellationToken));
        return await DeliverAsync(transition.AlertId, entries, sessionId, cancellationToken);
    }

    /// <summary>Attempts what is due, channel by channel, and arranges the next attempts.</summary>
    private async Task<Settlement> DeliverAsync(string alertId, List<DeliveryEntry> entries, string sessionId, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        Settlement settlement = Settlement.Complete;
        var queue = new Queue<IGrouping<string, DeliveryEntry>>(
            entries.Where(entry => entry.IsOpen).OrderBy(entry => entry.RowKey, StringComparer.Ordinal).GroupBy(entry => entry.Channel));
        while (queue.TryDequeue(out var channel))
        {
            foreach (var entry in channel)
            {
                if (entry.NextAttempt > time.GetUtcNow())
                {
                    await RetryLaterAsync(alertId, entry, sessionId, cancellationToken);
                    break;
                }

                var after = await AttemptAsync(alertId, entry, ruleSet, cancellationToken);
                if (after.Status == DeliveryStatus.Waiting)
                {
                    await RetryLaterAsync(alertId, after, sessionId, cancellationToken);
                    break;
                }

                if (after.Status == DeliveryStatus.Dead)
                {
                    settlement = new Settlement.DeadLetter("DeliveryFailed", $"Channel '{entry.Channel}': {after.LastError}");
                    if (await FallBackAsync(alertId, after, entries, ruleSet, cancellationToken) is { } fallback)
                        queue.Enqueue(new[] { fallback }.GroupBy(single => single.Channel).Single());
                }
            }
        }

        return settlement;
    }

    private async Task<DeliveryEntry> AttemptAsync(string alertId, DeliveryEntry entry, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        var begun = await _ledger.SaveAsync(alertId, entry with { Status = DeliveryStatus.Sending, Attempts = entry.Attempts + 1 }, cancellationToken);
        var result = await SendAsync(begun, ruleSet, cancellationToken);
        var now = time.GetUtcNow();
        var after = result switch
        {
            DeliveryResult.Delivered => begun with { Status = DeliveryStatus.Delivered, LastError = "" },
            DeliveryResult.Deferred deferred when now + Wait(begun, deferred) - entry.FirstAttempt < options.Value.GiveUpAfter =>
                begun with { Status = DeliveryStatus.Waiting, NextAttempt = now + Wait(begun, deferred), LastError = deferred.Reason },
            DeliveryResult.Deferred deferred => begun with { Status = DeliveryStatus.Dead, LastError = $"given up after {Durations.Format(options.Value.GiveUpAfter)}: {deferred.Reason}" },
            DeliveryResult.Refused refused => begun with { Status = DeliveryStatus.Dead, LastError = refused.Reason },
            _ => throw new InvalidOperationException($"Unknown result {result}."),
        };
        metrics.Notifications.Add(1, new("channel", entry.Channel), new("outcome", after.Status.ToString()));
        Log.Attempted(logger, entry.Channel, alertId, begun.Attempts, after.Status, after.LastError);
        return await _ledger.SaveAsync(alertId, after, cancellationToken);
    }

    private async Task<DeliveryResult> SendAsync(DeliveryEntry entry, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        if (!ruleSet.Channels.TryGetValue(entry.Channel, out var definition))
            return new DeliveryResult.Refused($"there is no channel '{entry.Channel}'");
        try
        {
            return await channels.Create(definition).DeliverAsync(new(entry.Channel, DeliveryLedger.AlertOf(entry), entry.Attempts), cancellationToken);
        }
        catch (ChannelConfigurationException exception)
        {
            return new DeliveryResult.Refused(exception.Message);
        }
    }

    /// <summary>The first retry after <see cref="DeliveryOptions.FirstRetry"/>, then twice as long each time; longer when the channel asks for it.</summary>
    private TimeSpan Wait(DeliveryEntry entry, DeliveryResult.Deferred deferred)
    {
        var doubled = options.Value.FirstRetry * Math.Pow(2, Math.Min(20, entry.Attempts - 1));
        var wait = doubled < options.Value.LongestRetry ? doubled : options.Value.LongestRetry;
        return deferred.RetryAfter > wait ? deferred.RetryAfter.Value : wait;
    }

    private Task RetryLaterAsync(string alertId, DeliveryEntry entry, string sessionId, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new DeliveryRetry(alertId), DeliveryJson.Default.DeliveryRetry);
        var id = DerivedId.From(alertId, entry.RowKey, entry.Attempts.ToString(CultureInfo.InvariantCulture));
        return alerts.Queue.SendAsync([new(id, sessionId, DeliveryRetry.SchemaName, body) { EnqueueAt = entry.NextAttempt }], cancellationToken);
    }

    /// <summary>The entry for the channel's fallback, unless that has one for this transition already.</summary>
    private async Task<DeliveryEntry?> FallBackAsync(
        string alertId, DeliveryEntry dead, List<DeliveryEntry> entries, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        if (ruleSet.Channels.GetValueOrDefault(dead.Channel)?.Fallback is not { } fallback)
            return null;
        var rowKey = DeliveryLedger.RowKey(DeliveryLedger.AlertOf(dead).Transition, fallback);
        if (entries.Exists(entry => entry.RowKey == rowKey))
            return null;
        Log.FallsBack(logger, dead.Channel, fallback);
        var now = time.GetUtcNow();
        var added = await _ledger.AddAsync(alertId, [new(rowKey, fallback, DeliveryStatus.Waiting, 0, now, now, dead.Alert)], cancellationToken);
        entries.Add(added[0]);
        return added[0];
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 501, Level = LogLevel.Information, Message = "Channel {Channel}, alert {AlertId}, attempt {Attempt}: {Status} {Error}")]
        public static partial void Attempted(ILogger logger, string channel, string alertId, int attempt, DeliveryStatus status, string error);

        [LoggerMessage(EventId = 502, Level = LogLevel.Warning, Message = "Rule {Rule} {Transition}: neither the rule nor a route names a channel, nobody is told")]
        public static partial void NoChannel(ILogger logger, string rule, Transition transition);

        [LoggerMessage(EventId = 503, Level = LogLevel.Warning, Message = "Channel {Channel} failed for good; {Fallback} is told instead")]
        public static partial void FallsBack(ILogger logger, string channel, string fallback);
    }
}

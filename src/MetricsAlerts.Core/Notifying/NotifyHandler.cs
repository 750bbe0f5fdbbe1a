using System.Diagnostics;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying.Delivery;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Notifying;

/// <summary>
/// The stage Notify: silence → maintenance window → inhibition → route → group (<see cref="AlertIntake"/>), then, when the group's time has come,
/// rate limit → render → deliver → record (<see cref="GroupDelivery"/>).
/// </summary>
public sealed class NotifyHandler : IMessageHandler
{
    private readonly AlertIntake _intake;
    private readonly GroupDelivery _delivery;
    private readonly QueueLags _lags;

    /// <summary>Puts the stage together.</summary>
    public NotifyHandler(
        RuleStore rules, ITableStore tables, AlertStore alerts, SilenceStore silences, AlertQueue queue, IChannelFactory channels, SignedLinks links, IOptions<NotifyOptions> options,
        TimeProvider time, QueueLags lags, PipelineMetrics metrics, ILogger<NotifyHandler> logger)
    {
        _lags = lags;
        var ledger = new GroupLedger(tables);
        _intake = new(rules, alerts, new(silences, alerts), ledger, queue, options.Value, time, logger);
        _delivery = new(rules, ledger, queue, channels, links, new(tables, time), new(options.Value, time), options.Value, time, metrics, logger);
    }

    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        await _lags.NoteAsync(QueueDefinitions.Alerts, message, cancellationToken);
        using var activity = PipelineMetrics.Source.StartActivity("notify", ActivityKind.Consumer, message.TraceParent);
        try
        {
            switch (message.Schema)
            {
                case AlertMessage.SchemaName when JsonSerializer.Deserialize(message.Body.Span, AlertJson.Default.AlertMessage) is { } alert:
                    await _intake.AcceptAsync(alert, cancellationToken);
                    return Settlement.Complete;
                case AlertRecheck.SchemaName when JsonSerializer.Deserialize(message.Body.Span, GroupJson.Default.AlertRecheck) is { } recheck:
                    await _intake.RecheckAsync(recheck.DeploymentId, recheck.AlertId, cancellationToken);
                    return Settlement.Complete;
                case GroupFlush.SchemaName when JsonSerializer.Deserialize(message.Body.Span, GroupJson.Default.GroupFlush) is { } flush:
                    return await _delivery.DeliverAsync(flush, cancellationToken);
                default:
                    return new Settlement.DeadLetter(
                        "UnreadableMessage", $"Expected {AlertMessage.SchemaName}, {AlertRecheck.SchemaName} or {GroupFlush.SchemaName}, found '{message.Schema}'.");
            }
        }
        catch (JsonException exception)
        {
            return new Settlement.DeadLetter("UnreadableMessage", exception.Message);
        }
    }
}

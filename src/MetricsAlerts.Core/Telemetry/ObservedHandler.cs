using System.Diagnostics;
using MetricsAlerts.Messaging;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Telemetry;

/// <summary>
/// Around a stage's handler: notes how long each message waited, and starts the activity that goes on with the trace of the work that sent
/// it. What cannot be noted is logged; the message is handled all the same.
/// </summary>
/// <param name="stage">The activity's name, such as <c>evaluate</c>.</param>
/// <param name="queue">The queue that the stage reads.</param>
/// <param name="handler">The stage.</param>
/// <param name="lags">Where waits are noted.</param>
/// <param name="logger">The log.</param>
public sealed partial class ObservedHandler(
    string stage, QueueDefinition queue, IMessageHandler handler, QueueLags lags, ILogger<ObservedHandler> logger)
    : IMessageHandler
{
    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        using var activity = PipelineMetrics.Source.StartActivity(stage, ActivityKind.Consumer, message.TraceParent);
        activity?.SetTag("messaging.destination.name", queue.Name).SetTag("messaging.message.id", message.MessageId);
        await NoteAsync(message, cancellationToken);
        try
        {
            var settlement = await handler.HandleAsync(message, cancellationToken);
            if (settlement is Settlement.DeadLetter dead)
                activity?.SetStatus(ActivityStatusCode.Error, dead.Reason);
            return settlement;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, PoisonMessage.Describe(exception));
            throw;
        }
    }

    private async Task NoteAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await lags.NoteAsync(queue, message, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotNoted(logger, queue.Name, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 406, Level = LogLevel.Warning, Message = "How long messages of queue {Queue} wait cannot be noted")]
        public static partial void NotNoted(ILogger logger, string queue, Exception exception);
    }
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Notifying.Delivery;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Notifying;

/// <summary>
/// The first half of Notify: silence → maintenance window → inhibition → route → group. A transition is either kept back, with the reason and a time to
/// look again, or written into the ledger of each group that it belongs to, with a time to tell it.
/// </summary>
internal sealed partial class AlertIntake(
    RuleStore rules, AlertStore alerts, SuppressionCheck suppression, GroupLedger ledger, AlertQueue queue, NotifyOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Takes in a transition.</summary>
    public async Task<IntakeDecision> AcceptAsync(AlertMessage alert, CancellationToken cancellationToken)
    {
        var before = await alerts.LoadAsync(alert.Deployment.Id, alert.Transition.AlertId, cancellationToken);
        var record = new AlertRecord(alert) { Told = before?.Told ?? [], SuppressedBy = before?.SuppressedBy ?? "" };
        var decision = await DecideAsync(record, cancellationToken);
        await ApplyAsync(record, decision, cancellationToken);
        return decision;
    }

    /// <summary>Looks again at an alert that was kept back.</summary>
    public async Task<IntakeDecision> RecheckAsync(string deploymentId, string alertId, CancellationToken cancellationToken)
    {
        if (await alerts.LoadAsync(deploymentId, alertId, cancellationToken) is not { IsOpen: true, SuppressedBy.Length: > 0 } record)
            return new IntakeDecision.Dropped("NothingKeptBack");
        var decision = await DecideAsync(record, cancellationToken);
        await ApplyAsync(record, decision, cancellationToken);
        return decision;
    }

    private async Task<IntakeDecision> DecideAsync(AlertRecord record, CancellationToken cancellationToken)
    {
        var alert = record.Last;

        // That it is over is told to those who heard of it and to nobody else, even while a silence or another route would say otherwise.
        if (!record.IsOpen)
            return record.Told.Count > 0 ? new IntakeDecision.Routed(record.Told) : new IntakeDecision.Dropped("NobodyWasTold");
        var ruleSet = await rules.GetAsync(cancellationToken);
        if (await suppression.FindAsync(alert, ruleSet, time.GetUtcNow(), cancellationToken) is { } suppressed)
            return new IntakeDecision.Suppressed(suppressed);
        var isNews = record.Told.Count == 0 || alert.Transition.Transition is Transition.Fired or Transition.Escalated;
        var routed = isNews ? new Router(ruleSet, options).Route(alert) : [];
        IReadOnlyList<Destination> destinations = [.. record.Told, .. routed.Where(destination => !record.Told.Any(told => told.Channel == destination.Channel))];
        return destinations.Count > 0 ? new IntakeDecision.Routed(destinations) : new IntakeDecision.Dropped("NoChannel");
    }

    private async Task ApplyAsync(AlertRecord record, IntakeDecision decision, CancellationToken cancellationToken)
    {
        var transition = record.Last.Transition;
        Log.Decided(logger, transition.Rule, transition.DeploymentId, transition.Transition, decision);
        switch (decision)
        {
            case IntakeDecision.Suppressed { Suppression: var suppressed }:
                if (suppressed.Until is { } until)
                    await queue.RecheckAsync(transition, time.GetUtcNow(), until, cancellationToken);
                await alerts.SaveAsync(record with { SuppressedBy = suppressed.Reason }, cancellationToken);
                break;
            case IntakeDecision.Routed { Destinations: var destinations }:
                foreach (var destination in destinations)
                    await AddAsync(destination, record.Last, cancellationToken);
                await alerts.SaveAsync(record with { Told = destinations, SuppressedBy = "" }, cancellationToken);
                break;
            default:
                await alerts.SaveAsync(record, cancellationToken);
                break;
        }

        // Those that it muted may speak now.
        if (!record.IsOpen)
            await alerts.RecheckAsync(Suppression.ByInhibition + transition.AlertId, transition.DeploymentId, queue, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Writes the transition into the group's ledger, then arranges the telling: a crash in between arranges it again when the message comes again.</summary>
    private async Task AddAsync(Destination destination, AlertMessage alert, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await ledger.AddAsync(destination, alert, now, cancellationToken))
            Log.Known(logger, destination.Channel, alert.Transition.EventId);
        var state = await ledger.LoadAsync(destination.Channel, destination.Group, cancellationToken);
        var due = now + destination.Wait;
        if (state.LastMessage is { } last && last + destination.Interval > due)
            due = last + destination.Interval;
        await queue.FlushAsync(new(destination.Channel, destination.Group), alert.Transition.EventId, due, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 504, Level = LogLevel.Information, Message = "Rule {Rule} on {DeploymentId}: {Transition} is {Decision}")]
        public static partial void Decided(ILogger logger, string rule, string deploymentId, Transition transition, IntakeDecision decision);

        [LoggerMessage(EventId = 505, Level = LogLevel.Debug, Message = "Channel {Channel} has transition {EventId} already")]
        public static partial void Known(ILogger logger, string channel, string eventId);
    }
}

/// <summary>What Notify decided about a transition, and why.</summary>
internal abstract record IntakeDecision
{
    /// <summary>It is kept back.</summary>
    public sealed record Suppressed(Suppression Suppression) : IntakeDecision
    {
        public override string ToString() => Suppression.Until is { } until ? $"kept back by {Suppression.Reason} until {Formats.Timestamps.Format(until)}" : $"kept back by {Suppression.Reason}";
    }

    /// <summary>It is told there.</summary>
    public sealed record Routed(IReadOnlyList<Destination> Destinations) : IntakeDecision
    {
        public override string ToString() => $"told on {string.Join(", ", Destinations.Select(destination => destination.Channel))}";
    }

    /// <summary>Nobody is told: <c>NoChannel</c> (neither rule nor route names one), <c>NobodyWasTold</c> (of what is over now), <c>NothingKeptBack</c>.</summary>
    public sealed record Dropped(string Reason) : IntakeDecision
    {
        public override string ToString() => $"told to nobody: {Reason}";
    }
}

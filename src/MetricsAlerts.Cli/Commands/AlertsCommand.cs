using System.CommandLine;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Web.Responses;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>alerts list|show|history</c>: what is open, and what happened.</summary>
internal static class AlertsCommand
{
    private const int MostOfStory = 100;

    public static Command Create() => new("alerts", "What is open, who was notified, and what happened.")
    {
        CreateList(), CreateShow(), CreateHistory(),
    };

    private static Command CreateList()
    {
        var filters = new Filters("Alerts that changed since then: a time, or a duration such as 7d, which is so long ago.");
        var open = new Option<bool>("--open") { Description = "Those that are open: the default." };
        var pending = new Option<bool>("--pending") { Description = "Those of which windows breach, but not yet for long enough." };
        var all = new Option<bool>("--all") { Description = "Open, pending and closed of late." };
        var output = Options.Output("table", "json");
        var data = Options.Data();
        var command = new Command("list", "Prints alerts.") { open, pending, all, output, data };
        filters.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            var filter = filters.Read(parsed, services.GetRequiredService<TimeProvider>().GetUtcNow()) with
            {
                Statuses = parsed.GetValue(all) ? Enum.GetValues<AlertStatus>()
                    : parsed.GetValue(pending) ? [AlertStatus.Pending, .. parsed.GetValue(open) ? [AlertStatus.Open] : (AlertStatus[])[]]
                    : [AlertStatus.Open],
            };
            var rows = new List<string[]>();
            await foreach (var found in services.GetRequiredService<AlertSearch>().ListAsync(filter, "", cancellation))
            {
                var deliveries = await services.GetRequiredService<DeliveryStates>().ListAsync(found.Alert, cancellation);
                if (parsed.GetValue(output) == "json")
                    Console.WriteLine(JsonSerializer.Serialize(AlertResponse.Of(found, deliveries), ResponseJson.Options));
                else
                    rows.Add(Row(found, deliveries));
            }

            if (parsed.GetValue(output) != "json")
                Tables.Print(["Id", "Status", "Severity", "Rule", "Deployment", "Instance", "Metric", "Since", "Value", "Notified"], rows);
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var id = new Argument<string>("id") { Description = "The alert's id." };
        var output = Options.Output("table", "json");
        var data = Options.Data();
        var command = new Command("show", "Prints an alert, who was notified of it, and what happened to it.") { id, output, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            var search = services.GetRequiredService<AlertSearch>();
            var found = await search.FindAsync(parsed.GetValue(id)!, cancellation)
                ?? throw new FailedException($"There is no alert '{parsed.GetValue(id)}'; metrics-alerts alerts list --all lists them.");
            var deliveries = await services.GetRequiredService<DeliveryStates>().ListAsync(found.Alert, cancellation);
            var story = await search.StoryAsync(found.Alert, MostOfStory, cancellation);
            if (parsed.GetValue(output) == "json")
            {
                var response = new AlertStoryResponse(AlertResponse.Of(found, deliveries), [.. story.Select(HistoryResponse.Of)]);
                Console.WriteLine(JsonSerializer.Serialize(response, ResponseJson.Options));
                return ExitCode.Fine;
            }

            Show(found, deliveries, story);
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command CreateHistory()
    {
        var filters = new Filters("What happened since then: a time, or a duration such as 7d, which is so long ago and the default.");
        var output = Options.Output("table", "json");
        var data = Options.Data();
        var command = new Command("history", "Prints every change of an alert and every message about one, newest first.") { output, data };
        filters.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            var filter = filters.Read(parsed, now);
            var rows = new List<string[]>();
            await foreach (var entry in services.GetRequiredService<AlertSearch>().HistoryAsync(
                filter with { Since = filter.Since ?? now - TimeSpan.FromDays(7) }, now + TimeSpan.FromTicks(1), "", cancellation))
            {
                if (parsed.GetValue(output) == "json")
                    Console.WriteLine(JsonSerializer.Serialize(HistoryResponse.Of(entry), ResponseJson.Options));
                else
                    rows.Add(Row(entry));
            }

            if (parsed.GetValue(output) != "json")
                Tables.Print(HistoryColumns, rows);
            return ExitCode.Fine;
        });
        return command;
    }

    private static IReadOnlyList<string> HistoryColumns { get; } =
        ["At", "What", "Why", "Channel", "Rule", "Deployment", "Instance", "Metric", "Alert"];

    private static string[] Row(HistoryEntry entry) =>
    [
        Timestamps.Format(entry.At), entry.What, entry.Why, entry.Channel, entry.Alert.Key.Rule, entry.Alert.Deployment.Label,
        entry.Alert.Key.Instance, entry.Alert.Key.Metric, entry.Alert.Key.Id,
    ];

    private static string[] Row(FoundAlert found, IReadOnlyList<DeliveryState> deliveries)
    {
        var alert = found.Alert;
        return
        [
            alert.Key.Id, found.Status.ToString().ToLowerInvariant(), alert.Severity.ToString().ToLowerInvariant(), alert.Key.Rule,
            alert.Deployment.Label, alert.Key.Instance, alert.Key.Metric, Timestamps.Format(alert.Since),
            alert.Evidence.Value is { } value ? Numbers.Short(value) : "", NotifiedOf(found, deliveries),
        ];
    }

    private static string NotifiedOf(FoundAlert found, IReadOnlyList<DeliveryState> deliveries)
    {
        if (deliveries.Count > 0)
            return string.Join("; ", deliveries.Select(Describe));
        return found.Status == AlertStatus.Pending ? ""
            : found.Alert.MissingChannels is [var missing, ..] ? $"nobody: there is no channel '{missing}'"
            : "nobody: no rule or route names a channel";
    }

    private static string Describe(DeliveryState delivery)
    {
        var heard = delivery.At is { } at ? $"{delivery.LastWord} {Timestamps.Format(at)}" : "nothing yet";
        var waits = delivery.Pending == Change.None ? "" : $", {delivery.Pending} waits";
        var why = delivery.Held.Length > 0 ? delivery.Held : delivery.Problem;
        return $"{delivery.Channel}: {heard}{waits}{(why.Length > 0 ? $" ({why})" : "")}";
    }

    private static void Show(FoundAlert found, IReadOnlyList<DeliveryState> deliveries, IReadOnlyList<HistoryEntry> story)
    {
        var alert = found.Alert;
        var facts = NotificationContent.Of([new(alert, alert.IsOpen ? Change.Fired : Change.Resolved)]).Facts
            .Append(("Id", alert.Key.Id)).Append(("Notified", NotifiedOf(found, deliveries)));
        Tables.Print(["Fact", "Value"], facts.Select(fact => new[] { fact.Item1, fact.Item2 }));
        Tables.Print(["At", "What", "Why", "Channel"], story.Select(entry => Row(entry)[..4]));
    }

    /// <summary>The options that say which alerts are meant.</summary>
    private sealed class Filters(string sinceDescription)
    {
        private readonly Option<string?> _since = new("--since") { Description = sinceDescription };
        private readonly Option<string?> _deployment = new("--deployment") { Description = "The deployment's id or label, or a glob." };
        private readonly Option<string?> _rule = new("--rule") { Description = "The rule's name, or a glob." };
        private readonly Option<string?> _channel = new("--channel") { Description = "A channel, or a glob." };

        public void AddTo(Command command)
        {
            foreach (var option in (Option[])[_since, _deployment, _rule, _channel])
                command.Add(option);
        }

        public AlertFilter Read(ParseResult parsed, DateTimeOffset now) => new()
        {
            Since = parsed.GetValue(_since) is { } text ? Time(text, now) : null,
            Deployment = GlobOf(parsed.GetValue(_deployment)),
            Rule = GlobOf(parsed.GetValue(_rule)),
            Channel = GlobOf(parsed.GetValue(_channel)),
        };

        private static Glob? GlobOf(string? text) => text is { Length: > 0 } ? new(text) : null;

        private static DateTimeOffset Time(string text, DateTimeOffset now) => AlertFilter.TryReadTime(text, now, out var time)
            ? time
            : throw new UsageException(
                $"--since is '{text}'; expected a time such as 2026-01-05T00:00:00Z, or {Durations.Allowed}.");
    }
}

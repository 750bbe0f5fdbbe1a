using System.CommandLine;
using System.Text;
using MetricsAlerts.Alerts;
using MetricsAlerts.Channels;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>channels test|preview</c>: tries a channel before something happens.</summary>
internal static class ChannelsCommand
{
    public static Command Create() => new("channels", "Tries channels before something happens.") { CreateTest(), CreatePreview() };

    private static Command CreateTest()
    {
        var name = new Argument<string>("name") { Description = "The channel's name." };
        var rules = Options.ExistingFile("--rules", "The rule file that has the channel; default: what is stored.");
        var data = Options.Data();
        var command = new Command("test", "Sends a sample of an alert to a channel.") { name, rules, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = Services(parsed.GetValue(data)!);
            var definition = await FindAsync(services, parsed.GetValue(rules), parsed.GetValue(name)!, cancellation);
            try
            {
                var result = await services.GetRequiredService<IChannelFactory>()
                    .Create(definition).DeliverAsync(Of(definition.Name, Sample(Change.Fired)), cancellation);
                if (result is not DeliveryResult.Delivered)
                    throw new FailedException($"Channel '{definition.Name}' did not take it: {result}");
                var hint = definition.Type == "teams"
                    ? " Teams says so when the flow has started: look whether the card is there, or at the flow's run history."
                    : "";
                Console.WriteLine($"Channel '{definition.Name}' took it.{hint}");
                return ExitCode.Fine;
            }
            catch (ChannelConfigurationException exception)
            {
                throw new FailedException(exception.Message);
            }
        });
        return command;
    }

    private static Command CreatePreview()
    {
        var name = new Argument<string>("name") { Description = "The channel's name." };
        var rules = Options.ExistingFile("--rules", "The rule file that has the channel; default: what is stored.");
        var alert = new Option<string>("--alert")
        {
            Description = "The id of a stored alert, or the name of a change for a sample.",
            DefaultValueFactory = _ => nameof(Change.Fired),
        };
        var data = Options.Data();
        var command = new Command("preview", "Prints what a channel would be sent, without sending it.") { name, rules, alert, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = Services(parsed.GetValue(data)!);
            var definition = await FindAsync(services, parsed.GetValue(rules), parsed.GetValue(name)!, cancellation);
            var asked = parsed.GetValue(alert)!;
            var message = Enum.TryParse<Change>(asked, ignoreCase: true, out var change) && change != Change.None
                ? Sample(change)
                : await FindAlertAsync(services.GetRequiredService<AlertStore>(), asked, cancellation)
                    ?? throw new FailedException(
                        $"There is no alert '{asked}'; give an id or one of {string.Join(", ", Enum.GetNames<Change>().Skip(1))}.");
            Console.WriteLine(
                Encoding.UTF8.GetString(services.GetRequiredService<ChannelPreview>().Render(definition, Of(definition.Name, message))));
            return ExitCode.Fine;
        });
        return command;
    }

    private static async Task<AlertChange?> FindAlertAsync(AlertStore alerts, string id, CancellationToken cancellationToken)
    {
        await foreach (var alert in alerts.ListAsync(cancellationToken))
        {
            if (alert.Key.Id == id)
                return new(alert, alert.IsOpen ? Change.Fired : Change.Resolved);
        }

        return null;
    }

    private static async Task<ChannelDefinition> FindAsync(
        IServiceProvider services, FileInfo? rules, string name, CancellationToken cancellationToken)
    {
        var file = rules is not null
            ? RulesCommand.ReadFile(rules.FullName)
            : await services.GetRequiredService<RuleStore>().LoadAsync(cancellationToken);
        return file.Channels.FirstOrDefault(channel => channel.Name == name)
            ?? throw new FailedException($"There is no channel '{name}'; there are " +
                $"{string.Join(", ", file.Channels.Select(channel => channel.Name).DefaultIfEmpty("none"))}.");
    }

    private static ServiceProvider Services(FileInfo data) =>
        new ServiceCollection()
            .AddLogging().AddEmbeddedPipeline(EmbeddedConfiguration.Build(new() { ["Sqlite:File"] = data.FullName }))
            .BuildServiceProvider();

    /// <summary>An alert that says of itself that it is a sample.</summary>
    private static AlertChange Sample(Change change)
    {
        var end = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
        var key = new AlertKey("sample-rule", "000000000000000000000000", Instances.All, "Accuracy", TimeSpan.FromHours(1));
        var alert = new Alert
        {
            Key = key,
            IsOpen = change != Change.Resolved,
            Severity = change == Change.Escalated ? Severity.Critical : Severity.Warning,
            Since = end.AddHours(-3),
            ResolvedBecause = change == Change.Resolved ? ResolveReason.Recovered : ResolveReason.None,
            Evidence = new()
            {
                Reason = EvaluationReason.Breaching(0.79, 0.85),
                WindowStart = end.AddHours(-1),
                WindowEnd = end,
                Value = 0.79,
                SampleSize = 480,
                Baseline = 0.91,
                Recent = [0.91, 0.92, 0.9, 0.84, 0.81, 0.79],
            },
            Deployment = new(key.DeploymentId, "sample deployment"),
            Rule = new()
            {
                Name = key.Rule,
                Description = "This is a test of the channel; nothing is wrong.",
                Condition = "below: 0.85 for 3 windows of 1h",
                Threshold = 0.85,
            },
        };
        return new(alert, change);
    }

    private static Notification Of(string channel, AlertChange change) =>
        new($"sample-{change.Change}", channel, "sample", 1, [change]) { Content = NotificationContent.Of([change]) };
}

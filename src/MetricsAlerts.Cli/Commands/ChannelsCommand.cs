using System.CommandLine;
using System.Text;
using MetricsAlerts.Alerts;
using MetricsAlerts.Channels;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
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
                    .Create(definition).DeliverAsync(SampleAlert.Message(definition.Name, SampleAlert.Of(Change.Fired)), cancellation);
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
                ? SampleAlert.Of(change)
                : await FindAlertAsync(services.GetRequiredService<AlertStore>(), asked, cancellation)
                    ?? throw new FailedException(
                        $"There is no alert '{asked}'; give an id or one of {string.Join(", ", Enum.GetNames<Change>().Skip(1))}.");
            var preview = services.GetRequiredService<ChannelPreview>();
            Console.WriteLine(Encoding.UTF8.GetString(preview.Render(definition, SampleAlert.Message(definition.Name, message))));
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
}

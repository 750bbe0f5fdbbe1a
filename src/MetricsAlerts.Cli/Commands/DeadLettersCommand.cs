using System.CommandLine;
using System.Globalization;
using System.Text;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Operations;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>dead-letters list|show|replay|drop</c>: messages that could not be processed.</summary>
internal static class DeadLettersCommand
{
    private const int MostOfEach = 1000;

    public static Command Create() => new("dead-letters", "Messages that could not be processed: look, try again, throw away.")
    {
        CreateList(),
        CreateOne("show", "Prints a message's body.", async (office, queue, number, cancellation) =>
        {
            var found = await office.FindAsync(queue, number, cancellation);
            if (found is not null)
                Console.WriteLine(Encoding.UTF8.GetString(found.Message.Body.Span));
            return found is not null;
        }),
        CreateOne(
            "replay", "Tries a message again.", (office, queue, number, cancellation) => office.ReplayAsync(queue, number, cancellation)),
        CreateOne("drop", "Throws a message away.", (office, queue, number, cancellation) => office.DropAsync(queue, number, cancellation)),
    };

    private static Command CreateList()
    {
        var data = Options.Data();
        var command = new Command("list", "Prints queue, number, time and reason of each.") { data };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            var table = new Table().AddColumns("Queue", "Number", "At", "Reason", "Description");
            foreach (var (queue, letter) in await services.GetRequiredService<DeadLetterQueues>().ListAsync(MostOfEach, cancellation))
                table.AddRow(
                    [
                        .. new[]
                        {
                            queue,
                            letter.Message.SequenceNumber.ToString(CultureInfo.InvariantCulture),
                            Timestamps.Format(letter.At),
                            letter.Reason,
                            letter.Description,
                        }.Select(Markup.Escape)
                    ]);
            Tables.Write(table);
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command CreateOne(
        string name, string description, Func<DeadLetterQueues, string, long, CancellationToken, Task<bool>> act)
    {
        var data = Options.Data();
        var queue = new Argument<string>("queue") { Description = "The queue." };
        queue.AcceptOnlyFromAmong([.. QueueDefinitions.All.Select(definition => definition.Name)]);
        var number = new Argument<long>("number") { Description = "The message's number in that queue." };
        var command = new Command(name, description) { queue, number, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            return await act(
                services.GetRequiredService<DeadLetterQueues>(), parsed.GetValue(queue)!, parsed.GetValue(number), cancellation)
                ? ExitCode.Fine
                : throw new FailedException($"Queue '{parsed.GetValue(queue)}' has no dead letter {parsed.GetValue(number)}.");
        });
        return command;
    }
}

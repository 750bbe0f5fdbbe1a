using System.CommandLine;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>silences list|add|expire</c>.</summary>
internal static class SilencesCommand
{
    public static Command Create() => new("silences", "Keeps alerts back for a time.") { CreateList(), CreateAdd(), CreateExpire() };

    private static Command CreateList()
    {
        var data = Options.Data();
        var command = new Command("list", "Prints every silence, over ones too.") { data };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            var silences = await services.GetRequiredService<SilenceStore>().ListAsync(cancellation);
            Print(silences, services.GetRequiredService<TimeProvider>().GetUtcNow());
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command CreateAdd()
    {
        var data = Options.Data();
        var match = new Option<string[]>("--match")
        {
            Description = $"LABEL=GLOB, all of which must match; labels are " +
            $"{string.Join(", ", AlertMatcher.BuiltIn)} and those of rules.",
            Required = true,
            AllowMultipleArgumentsPerToken = true
        };
        var duration = Options.Duration("--for", "How long.", "4h");
        var start = Options.Time("--start", "From when on; default: now.");
        var comment = new Option<string>("--comment") { Description = "Why.", DefaultValueFactory = _ => "" };
        var by = new Option<string>("--by") { Description = "Who says so.", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command("add", "Begins a silence and prints its id.") { data, match, duration, start, comment, by };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            var from = parsed.GetValue(start) ?? services.GetRequiredService<TimeProvider>().GetUtcNow();
            try
            {
                var silence = await services.GetRequiredService<SilenceStore>().AddAsync(
                    Parse(parsed.GetValue(match)!), from, parsed.GetValue(duration), parsed.GetValue(by)!, parsed.GetValue(comment)!,
                    cancellation);
                Console.WriteLine(silence.Id);
                return ExitCode.Fine;
            }
            catch (SilenceRefusedException exception)
            {
                throw new UsageException(exception.Message);
            }
        });
        return command;
    }

    private static Command CreateExpire()
    {
        var data = Options.Data();
        var id = new Argument<string>("id") { Description = "The silence's id." };
        var command = new Command("expire", "Ends a silence now.") { id, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            return await services.GetRequiredService<SilenceExpiry>().ExpireAsync(parsed.GetValue(id)!, cancellation)
                ? ExitCode.Fine
                : throw new FailedException($"There is no silence '{parsed.GetValue(id)}' that is not over.");
        });
        return command;
    }

    private static AlertMatcher Parse(IEnumerable<string> texts) => SilenceRequest.ReadMatch(texts.Select(text =>
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1
            ? (text[..at], (string?)text[(at + 1)..])
            : throw new UsageException($"--match is '{text}'; expected LABEL=GLOB such as rule=accuracy-*.");
    }));

    private static void Print(IReadOnlyList<Silence> silences, DateTimeOffset now) => Tables.Print(
        ["Id", "On", "For", "Start", "End", "By", "Comment"],
        silences.Select(silence => new[]
        {
            silence.Id, silence.IsOn(now) ? "yes" : "", silence.Match.ToString(), Timestamps.Format(silence.Start),
            Timestamps.Format(silence.End), silence.CreatedBy, silence.Comment,
        }));
}

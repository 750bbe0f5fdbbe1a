using System.CommandLine;
using System.Text.Json;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.Formats;
using MetricsAlerts.Operations;
using MetricsAlerts.Viewing;
using MetricsAlerts.Viewing.Explaining;
using MetricsAlerts.Web.Responses;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>explain</c>: why a rule fires on a deployment, or does not.</summary>
internal static class ExplainCommand
{
    private const int DefaultWindows = 12;
    private const int MostText = 2000;

    public static Command Create()
    {
        var rule = new Option<string>("--rule") { Description = "The rule's name.", Required = true };
        var deployment = new Option<string>("--deployment") { Description = "The deployment's id or label.", Required = true };
        var instance = new Option<string?>("--instance") { Description = "The only instance; by default every one that the rule is for." };
        var metric = new Option<string?>("--metric") { Description = "The only metric; by default every one that the rule is for." };
        var at = new Option<string?>("--at") { Description = "As it was then: a time, or a duration such as 2d, which is so long ago." };
        var windows = new Option<int>("--windows")
        {
            Description = $"Of each series the newest windows; {DefaultWindows} by default.",
            DefaultValueFactory = _ => DefaultWindows,
        };
        var (output, data) = (Options.Output("table", "json"), Options.Data());
        var command = new Command("explain", "Says why a rule fires on a deployment, or does not: window by window, and who hears of it.")
        {
            rule, deployment, instance, metric, at, windows, output, data,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var services = EmbeddedState.Open(parsed.GetValue(data)!);
            var query = new ExplainQuery(parsed.GetValue(rule)!, parsed.GetValue(deployment)!)
            {
                Instance = parsed.GetValue(instance),
                Metric = parsed.GetValue(metric),
                At = TimeOf(parsed.GetValue(at), services.GetRequiredService<TimeProvider>().GetUtcNow()),
            };
            var explained = await services.GetRequiredService<RuleExplainer>().ExplainAsync(query, cancellation);
            var most = Math.Max(1, parsed.GetValue(windows));
            if (parsed.GetValue(output) == "json")
                Console.WriteLine(JsonSerializer.Serialize(ExplainResponse.Of(explained, most), ResponseJson.Options));
            else
                Print(explained, most);
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Print(RuleExplanation explained, int most)
    {
        Console.WriteLine(Texts.Clean(explained.Conclusion, MostText));
        foreach (var series in explained.Series)
        {
            Console.WriteLine();
            if (explained.Series.Count > 1)
                Console.WriteLine(Texts.Clean($"{series.Name.Metric} on {series.Instance}: {series.Conclusion}", MostText));
            foreach (var sentence in series.Notified)
                Console.WriteLine(Texts.Clean(sentence, MostText));
            Tables.Print(
                ["Start", "End", "Value", "Rows", "Judgement", "State"],
                series.Windows.TakeLast(most).Reverse().Select(Row));
        }
    }

    private static string[] Row(JudgedWindow judged) =>
    [
        Timestamps.Format(judged.Window.Start), Timestamps.Format(judged.Window.End),
        judged.Window.Value is { } value ? Numbers.Short(value) : "", Numbers.Format(judged.Window.SampleSize),
        ReasonWords.Of(judged.Reason), judged.Standing.ToString().ToLowerInvariant(),
    ];

    private static DateTimeOffset? TimeOf(string? text, DateTimeOffset now) => text is null ? null
        : AlertFilter.TryReadTime(text, now, out var time) ? time
        : throw new UsageException($"--at is '{text}'; expected a time such as 2026-01-05T00:00:00Z, or {Durations.Allowed}.");
}

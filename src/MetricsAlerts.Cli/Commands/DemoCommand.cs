using System.CommandLine;
using System.Globalization;
using MetricsAlerts.Channels.Console;
using MetricsAlerts.Cli.Demo;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.World;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>demo</c>: simulator, pipeline and chat in one process, on a simulated clock.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var recording = Options.ExistingFile("--recording", "Replay a recording of predictions (CSV) instead of the built-in story.");
        var scenario = Options.ExistingFile("--scenario", "Replay a scenario file (YAML) instead of the built-in story.");
        var rules = Options.ExistingFile("--rules", "The rules; default: those of the built-in story.");
        var speed = new Option<string>("--speed")
        {
            Description = "max, or how many times as fast as real time.",
            DefaultValueFactory = _ => "max",
        };
        speed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && text != "max" && !(Numbers.TryParse(text, out var factor) && factor > 0))
                result.AddError($"--speed is '{text}'; expected max or a number above 0.");
        });
        var poll = Options.OptionalDuration(
            "--poll", "Simulated time between collections; default: 1h to 6h, the longer the story the more.");
        var untilIdle = new Option<bool>("--until-idle") { Description = "End when the replay is over and nothing is left to do." };
        var data = new Option<FileInfo?>("--data")
        {
            Description = "Keep the state in this file, and go on from it when it is there; " +
            "default: a temporary file."
        };
        var chat = Options.Address("--chat", "Send the messages to this loopback address instead of the demo's own chat.");
        var verbose = new Option<bool>("--verbose") { Description = "Log what the pipeline does, on stderr." };
        var output = Options.Output("text", "json");
        var command = new Command("demo", "Replays real model decay through the whole pipeline and shows the alerts.")
        {
            recording,
            scenario,
            rules,
            speed,
            poll,
            untilIdle,
            data,
            chat,
            verbose,
            output,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new DemoRequest(
                Story.Read(parsed.GetValue(recording), parsed.GetValue(scenario)),
                parsed.GetValue(rules) is { } file
                    ? RulesCommand.ReadFile(file.FullName)
                    : Story.Rules(parsed.GetValue(recording) is not null),
                parsed.GetValue(speed) is { } text && text != "max" ? double.Parse(text, CultureInfo.InvariantCulture) : null,
                parsed.GetValue(poll),
                parsed.GetValue(untilIdle),
                parsed.GetValue(data),
                parsed.GetValue(chat),
                parsed.GetValue(verbose),
                parsed.GetValue(output) == "json"),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(DemoRequest request, CancellationToken cancellationToken)
    {
        var temporary = request.Data is null ? Directory.CreateTempSubdirectory("metrics-alerts-demo-") : null;
        try
        {
            var data = request.Data ?? new FileInfo(Path.Combine(temporary!.FullName, "demo.db"));
            return await RunAsync(request, data, cancellationToken);
        }
        finally
        {
            temporary?.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(DemoRequest request, FileInfo data, CancellationToken cancellationToken)
    {
        var world = request.World;
        var clock = new SimulatedClock(world.Start);
        ITranscript transcript = request.Json ? new JsonLinesTranscript(Console.Out) : new TextTranscript(AnsiConsole.Console);
        await using var simulator = await SimulatorHost.StartAsync(world, clock, 0, cancellationToken);
        await using var host = await DemoHost.StartAsync(data, simulator.Endpoint, clock, transcript, request.Verbose, cancellationToken);
        var services = host.Services;
        if (await services.GetRequiredService<DemoClock>().LoadAsync(cancellationToken) is { } reached)
            clock.AdvanceTo(reached);
        await services.GetRequiredService<RuleStore>().ApplyAsync(
            DemoRules.For(request.Rules, request.Chat ?? new Uri(host.Page, "chat/")), cancellationToken);

        Console.Error.WriteLine($"DataRobot (simulated): {simulator.Endpoint}");
        Console.Error.WriteLine($"The dashboard:         {host.Page}");
        Console.Error.WriteLine($"The chat:              {new Uri(host.Page, "chat")}");
        var poll = request.Poll ?? TimeSpan.FromHours(Math.Clamp(Math.Ceiling((world.End - world.Start).TotalHours / 400), 1, 6));
        var replay = services.GetRequiredService<Replay>();
        await replay.PlayAsync(world.End, poll, request.Speed, cancellationToken);
        foreach (var problem in replay.Problems.Take(10))
            Console.Error.WriteLine(problem);
        Console.Error
            .WriteLine($"The replay is over: {Timestamps.Format(world.Start)} to {Timestamps.Format(world.End)}, " +
                $"{services.GetRequiredService<ChatSink>().Count} messages in the chat.");
        if (!request.UntilIdle)
        {
            Console.Error.WriteLine($"Look at {host.Page} (the dashboard) and {new Uri(host.Page, "chat")}, and stop with Ctrl+C.");
            await Stopped.WaitAsync(cancellationToken);
        }

        return replay.Problems.Count == 0 ? ExitCode.Fine : ExitCode.Failed;
    }

    private sealed record DemoRequest(
        SimulatedWorld World,
        RuleFile Rules,
        double? Speed,
        TimeSpan? Poll,
        bool UntilIdle,
        FileInfo? Data,
        Uri? Chat,
        bool Verbose,
        bool Json);
}

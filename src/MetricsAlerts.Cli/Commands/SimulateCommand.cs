using System.CommandLine;
using MetricsAlerts.Cli.Demo;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>simulate</c>: a DataRobot on loopback.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var recording = Options.ExistingFile("--recording", "A recording of predictions (CSV).");
        var scenario = Options.ExistingFile("--scenario", "A scenario file (YAML); default: the story of the demo.");
        var port = new Option<int>("--port") { Description = "The port on loopback; 0 for any free one.", DefaultValueFactory = _ => 8765 };
        var at = Options.Time("--at", "The simulated now at the start; default: the end of the story.");
        var since = Options.OptionalDuration("--since", "The story began this long ago and goes on in real time: for trying serve.");
        var speed = new Option<double>("--speed") { Description = "How many times as fast as real time the simulated clock runs; 0 stands still.", DefaultValueFactory = _ => 0 };
        var command = new Command("simulate", "Runs a DataRobot on loopback that answers from a recording or a scenario.") { recording, scenario, port, at, since, speed };
        command.SetAction(async (parsed, cancellation) =>
        {
            var began = parsed.GetValue(since) is { } ago ? DateTimeOffset.UtcNow - ago : (DateTimeOffset?)null;
            var world = Story.Read(parsed.GetValue(recording), parsed.GetValue(scenario), began);
            TimeProvider clock = began is not null ? TimeProvider.System : new SimulatedClock(parsed.GetValue(at) ?? world.End, parsed.GetValue(speed));
            await using var host = await SimulatorHost.StartAsync(world, clock, parsed.GetValue(port), cancellation);
            Console.WriteLine($"DATAROBOT_ENDPOINT={host.Endpoint}");
            Console.WriteLine("DATAROBOT_API_TOKEN=any");
            Console.Error.WriteLine($"It is {Timestamps.Format(clock.GetUtcNow())} there; the story runs from {Timestamps.Format(world.Start)} to {Timestamps.Format(world.End)}. Stop with Ctrl+C.");
            await Stopped.WaitAsync(cancellation);
            return ExitCode.Fine;
        });
        return command;
    }
}

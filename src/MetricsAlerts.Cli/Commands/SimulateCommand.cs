using System.CommandLine;
using MetricsAlerts.Cli.Demo;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>simulate</c>: a DataRobot on loopback.</summary>
internal static class SimulateCommand
{
    private static readonly TimeSpan SyntheticPast = TimeSpan.FromDays(30);

    public static Command Create()
    {
        var recording = Options.ExistingFile("--recording", "A recording of predictions (CSV).");
        var scenario = Options.ExistingFile("--scenario", "A scenario file (YAML); default: the story of the demo.");
        var port = new Option<int>("--port") { Description = "The port on loopback; 0 for any free one.", DefaultValueFactory = _ => 8765 };
        var at = Options.Time("--at", "The simulated now at the start; default: the end of the story.");
        var since = Options.OptionalDuration("--since", "The story began this long ago and goes on in real time: for trying serve.");
        var deployments = new Option<int?>("--deployments")
        {
            Description = "So many alike deployments instead of a story, for trying how the pipeline scales.",
        };
        var hosts = new Option<int>("--hosts") { Description = "Prediction server hosts of each of them.", DefaultValueFactory = _ => 4 };
        Options.Within(port, 0, 65535);
        Options.Within(deployments, 1, 100_000);
        Options.Within(hosts, 0, 100);
        var faults = new Option<Fault[]>("--fault")
        {
            Description = $"Makes a share of the requests fail: {Fault.Allowed}; can be given several times.",
            CustomParser = result =>
            {
                var read = new List<Fault>();
                foreach (var token in result.Tokens)
                {
                    if (Fault.TryParse(token.Value, out var fault))
                        read.Add(fault);
                    else
                        result.AddError($"'{token.Value}' is not {Fault.Allowed}.");
                }

                return [.. read];
            },
        };
        var speed = new Option<double>("--speed")
        {
            Description = "How many times as fast as real time the simulated clock runs; 0 " +
            "stands still.",
            DefaultValueFactory = _ => 0
        };
        speed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1_000_000))
                result.AddError("--speed must be a number from 0 to 1000000.");
        });
        var strict = new Option<StrictSwitches?>("--strict")
        {
            Description = "How DataRobot behaves where no public source says it: all, none, or " +
                $"{string.Join(", ", StrictSwitches.Names)}, separated by commas; no- before one turns it off. Default: keys.",
            CustomParser = result =>
            {
                if (StrictSwitches.TryParse(result.Tokens[0].Value, out var switches, out var problem))
                    return switches;
                result.AddError($"--strict: {problem}.");
                return null;
            },
        };
        var token = new Option<string?>("--token")
        {
            Description = $"The one token that is accepted; default: any but '{SimulatorOptions.BadToken}' (401). " +
                $"'{SimulatorOptions.TokenWithoutRights}' is always refused with 403.",
        };
        var command = new Command("simulate", "Runs a DataRobot on loopback that answers from a recording or a scenario.")
        {
            recording,
            scenario,
            port,
            at,
            since,
            speed,
            deployments,
            hosts,
            faults,
            strict,
            token,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var began = parsed.GetValue(since) is { } ago ? DateTimeOffset.UtcNow - ago : (DateTimeOffset?)null;
            var story = parsed.GetValue(deployments) is { } count
                ? SyntheticWorld.Create(count, parsed.GetValue(hosts), began ?? DateTimeOffset.UtcNow - SyntheticPast, SyntheticPast * 2)
                : Story.Read(parsed.GetValue(recording), parsed.GetValue(scenario), began);
            var world = story.With([.. story.Faults, .. parsed.GetValue(faults) ?? []]);
            TimeProvider clock = began is not null || parsed.GetValue(deployments) is not null
                ? TimeProvider.System
                : new SimulatedClock(parsed.GetValue(at) ?? world.End, parsed.GetValue(speed));
            await using var host = await SimulatorHost.StartAsync(
                world,
                clock,
                new SimulatorOptions
                {
                    Port = parsed.GetValue(port),
                    Token = parsed.GetValue(token),
                    Strict = parsed.GetValue(strict) ?? StrictSwitches.Default,
                },
                cancellation);
            Console.WriteLine($"DATAROBOT_ENDPOINT={host.Endpoint}");
            Console.WriteLine($"DATAROBOT_API_TOKEN={parsed.GetValue(token) ?? "any"}");
            Console.Error.WriteLine($"What was asked: {new Uri(host.Endpoint, "/_sim")} and {new Uri(host.Endpoint, "/_sim/requests")}");
            Console.Error
                .WriteLine($"It is {Timestamps.Format(clock.GetUtcNow())} there; the story runs from " +
                    $"{Timestamps.Format(world.Start)} to {Timestamps.Format(world.End)}. Stop with Ctrl+C.");
            if (clock is SimulatedClock && parsed.GetValue(speed) is 0)
            {
                Console.Error.WriteLine(
                    "Its clock stands still: ask for that time with --start and --end, or let the story reach up to now with --since 16d.");
            }

            await Stopped.WaitAsync(cancellation);
            return ExitCode.Fine;
        });
        return command;
    }
}

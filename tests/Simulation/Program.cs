using Simulation.Running;
using Simulation.World;

if (Options.Parse(args) is not { } options)
{
    Console.WriteLine(Options.Help);
    return 2;
}

if (options.Verbose && options.Seeds == 1)
{
    var only = Run.Of(StoryGenerator.Make(options.From, options.Faults, options.NoHints), keepsLines: true);
    foreach (var line in only.Lines)
        Console.WriteLine(line);
    Console.WriteLine(Storyteller.Tell(only));
    return only.Violations.Count > 0 ? 1 : 0;
}

var campaign = new Campaign(options);
campaign.Run(
    done => Console.Error.WriteLine($"{done} worlds"),
    failed => Console.Error.WriteLine($"seed {failed.Story.Seed}: {failed.Violations[0]}"));
foreach (var kind in campaign.Failures.GroupBy(failure => failure.Violations[0].Kind))
{
    Console.WriteLine($"== {kind.Key}: {kind.Count()} worlds, seeds {string.Join(", ", kind.Take(20).Select(failure => failure.Story.Seed))}");
    var smallest = kind.MinBy(failure => failure.Steps)!;
    Console.WriteLine(options.Shrinks ? Storyteller.Tell(Shrinker.Shrink(smallest, TimeSpan.FromSeconds(60))) : smallest.Violations[0]);
}

Console.WriteLine(campaign.Totals);
return campaign.Failures.Count > 0 ? 1 : 0;

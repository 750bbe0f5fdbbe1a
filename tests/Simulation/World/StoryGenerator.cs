using System.Globalization;
using Simulation.Faults;

namespace Simulation.World;

/// <summary>Makes a story from a seed.</summary>
public static class StoryGenerator
{
    /// <summary>The story of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="faults">How much goes wrong; null for what the seed says.</param>
    /// <param name="noHints">Whether all hints are lost.</param>
    public static Story Make(int seed, FaultLevel? faults = null, bool noHints = false)
    {
        var random = new Random(seed);
        var processes = 1 + random.Next(4);

        // Now and then a past so long that what is read first does not fit into one message.
        var firstHour = random.Next(40) == 0 ? Story.LongPast + random.Next(30) : random.Next(30);
        var story = new Story(seed)
        {
            FirstHour = firstHour,
            Hours = firstHour + Length(random),
            Processes = processes,
            Skews = [.. Enumerable.Range(0, processes).Select(_ => (random.NextDouble() * 10) - 5)],
            TickMinutes = Choose(random, 10, 10, 15, 20) is var minutes && noHints ? 10 : minutes,
            HostGoneHours = Choose(random, 1, 2, 6, 24),
            Faults = faults ?? Choose(random, FaultLevel.Off, FaultLevel.Few, FaultLevel.Few, FaultLevel.Many),
            NoHints = noHints,
            GiveUpHours = Choose(random, 1, 6, 24),
            ReplaysAtTheEnd = random.Next(2) == 0,
            HostsAddUp = random.Next(2) == 0,
        };
        story = story with { Settings = Settings(random, story) };
        story = story with { Deployments = DeploymentGenerator.Make(random, story), Book = RuleGenerator.Make(random) };
        return story with { Events = EventGenerator.Make(random, story) };
    }

    /// <summary>Most worlds are short: many short ones find more than a few long ones. Some last until the last actuals, hosts and retries have come and gone.</summary>
    private static int Length(Random random) => random.Next(40) switch
    {
        < 26 => 3 + random.Next(5),
        < 35 => 8 + random.Next(9),
        < 38 => 24,
        38 => 36,
        _ => Choose(random, 60, 84),
    };

    internal static T Choose<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];

    private static Dictionary<string, string> Settings(Random random, Story story)
    {
        var settings = new Dictionary<string, string>
        {
            ["Collection:Schedule"] = string.Create(CultureInfo.InvariantCulture, $"0 */{story.TickMinutes} * * * *"),

            // Where hosts add up to the whole, they follow it; else each series changes by itself, and is read at every tick.
            ["Collection:LateActualsEvery"] = story.HostsAddUp ? "00:05:00" : "00:00:00",
            ["Collection:HostGoneAfter"] = TimeSpan.FromHours(story.HostGoneHours).ToString(),
            ["Collection:ShardSize"] = Choose(random, "1", "3", "25"),
            ["Collection:MaxConcurrency"] = Choose(random, "1", "2", "8"),
            ["Notify:GroupWait"] = Choose(random, "00:00:30", "00:00:05", "00:00:30"),
            ["Notify:GiveUpAfter"] = TimeSpan.FromHours(story.GiveUpHours).ToString(),
            ["Notify:GroupInterval"] = Choose(random, "00:00:00", "00:00:00", "00:05:00"),
        };
        var groupBy = Choose<string[]>(random, ["deployment", "rule"], ["deployment"], ["rule"], ["rule", "instance"]);
        for (var i = 0; i < groupBy.Length; i++)
            settings[$"Notify:GroupBy:{i}"] = groupBy[i];
        return settings;
    }
}

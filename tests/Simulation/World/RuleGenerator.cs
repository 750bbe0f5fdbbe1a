using System.Collections.Immutable;

namespace Simulation.World;

/// <summary>Makes rules, channels, routes and what holds alerts back.</summary>
internal static class RuleGenerator
{
    public static readonly string[] Names = ["r1", "r2", "r3", "r4", "r5", "r6"];
    public static readonly string[] Channels = ["chat", "pager", "mail", "wall"];

    public static RuleBook Make(Random random)
    {
        var channels = Channels.Take(1 + random.Next(Channels.Length)).Select(name => Channel(random, name)).ToList();
        return new RuleBook
        {
            Rules = Names.Take(1 + random.Next(Names.Length)).Select(name => Rule(random, name)).ToImmutableSortedDictionary(rule => rule.Name, rule => rule, StringComparer.Ordinal),
            Channels = channels.ToImmutableSortedDictionary(channel => channel.Name, channel => channel, StringComparer.Ordinal),
            Routes = Routes(random),
            Inhibitions = Inhibitions(random),
        }.Consistent();
    }

    public static ChannelSpec Channel(Random random, string name)
    {
        var fallback = StoryGenerator.Choose(random, Channels);
        return new(name, fallback != name && random.Next(2) == 0 ? fallback : "");
    }

    public static RuleSpec Rule(Random random, string name)
    {
        var rule = random.Next(6) switch
        {
            0 => new RuleSpec(name, Metrics.Accuracy, RuleKind.Below) { Warning = 0.85, Critical = 0.8, Recover = random.Next(2) == 0 ? 0.86 : null },
            1 => new(name, Metrics.Accuracy, RuleKind.Below) { Single = StoryGenerator.Choose(random, 0.85, 0.8), IsCritical = random.Next(2) == 0, Recover = random.Next(2) == 0 ? 0.86 : null },
            2 => new(name, Metrics.ResponseTime, RuleKind.Above) { Warning = 300, Critical = 500, Recover = random.Next(2) == 0 ? 280 : null },
            3 => new(name, Metrics.ResponseTime, RuleKind.Above) { Single = StoryGenerator.Choose(random, 300.0, 500), IsCritical = random.Next(2) == 0 },
            4 => new(name, Metrics.Refunds, RuleKind.Above) { Warning = 5, Critical = 10, Recover = random.Next(2) == 0 ? 4 : null },
            _ => new(name, StoryGenerator.Choose(random, Metrics.Accuracy, Metrics.ResponseTime), RuleKind.Missing)
            {
                MissingHours = StoryGenerator.Choose(random, 2, 4, 8),
                IsCritical = random.Next(2) == 0,
            },
        };
        if (rule.Kind != RuleKind.Missing)
        {
            var noData = StoryGenerator.Choose(random, "keep", "keep", "ok", "alert");
            rule = rule with
            {
                For = noData == "alert" ? new(1 + random.Next(3)) : Patience(random),
                RecoverAfter = Patience(random),
                NoData = noData,
                MinSamples = random.Next(2) == 0 ? 50 : 0,
            };
        }

        return rule with
        {
            Instances = StoryGenerator.Choose(random, "all", "each", "each", "h1"),
            LabelPrefix = StoryGenerator.Choose(random, "", "", "", "credit-"),
            Importance = StoryGenerator.Choose(random, "", "", "", "HIGH"),
            Team = StoryGenerator.Choose(random, "", "a", "b"),
            RemindHours = StoryGenerator.Choose(random, 0, 0, 2, 6),
            Notify = random.Next(3) == 0 ? [] : Some(random),
        };
    }

    public static ImmutableList<RouteSpec> Routes(Random random)
    {
        var routes = ImmutableList<RouteSpec>.Empty;
        if (random.Next(2) == 0)
            routes = routes.Add(new(new(("severity", "critical")), Some(random), random.Next(2) == 0));
        if (random.Next(2) == 0)
            routes = routes.Add(new(new(("team", "a")), Some(random), random.Next(2) == 0));
        return random.Next(3) > 0 ? routes.Add(new(new(), [Channels[0]], false)) : routes;
    }

    public static ImmutableList<InhibitionSpec> Inhibitions(Random random) => random.Next(4) switch
    {
        0 => [new(new(("rule", StoryGenerator.Choose(random, Names))), new(("rule", StoryGenerator.Choose(random, Names))), random.Next(2) == 0 ? ["instance"] : [])],
        1 => [new(new(("severity", "critical")), new(("severity", "warning")), ["instance", "metric"])],
        2 => [new(new(("family", StoryGenerator.Choose(random, "accuracy", "service"))), new(("family", StoryGenerator.Choose(random, "service", "custom"))), [])],
        _ => [],
    };

    public static MatchSpec Match(Random random) => random.Next(3) switch
    {
        0 => new(("rule", StoryGenerator.Choose(random, Names))),
        1 => new(("team", "a")),
        _ => new(("severity", StoryGenerator.Choose(random, "warning", "critical"))),
    };

    private static List<string> Some(Random random) => [.. Channels.Where(_ => random.Next(3) == 0)];

    private static Patience Patience(Random random) => random.Next(6) switch
    {
        < 3 => World.Patience.One,
        3 => new(2 + random.Next(2)),
        4 => new(2, Of: 3),
        _ => new(2 + random.Next(2), Hours: true),
    };
}

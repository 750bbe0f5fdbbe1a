using System.Collections.Immutable;

namespace Simulation.World;

/// <summary>Makes what happens in a world: what people do, what breaks, what comes and goes.</summary>
internal static class EventGenerator
{
    public static List<WorldEvent> Make(Random random, Story story)
    {
        var events = new List<WorldEvent>();
        var length = story.Hours - story.FirstHour;
        var often = StoryGenerator.Choose(random, 0.2, 0.7, 1.5);
        for (var count = (int)(Math.Sqrt(length) * often * 4); count > 0; count--)
        {
            // Not before the first rules are stored; not in the last minutes, so that the end of an hour's events lies before the calm.
            var at = TimeSpan.FromHours(story.FirstHour) + TimeSpan.FromMinutes(3 + random.Next((length * 60) - 4)) + TimeSpan.FromSeconds(random.Next(60));
            events.Add(One(random, story, at));
        }

        return [.. events.OrderBy(one => one.At)];
    }

    private static WorldEvent One(Random random, Story story, TimeSpan at)
    {
        var (text, apply) = random.Next(100) switch
        {
            < 34 => EditRules(random),
            < 46 => EditRouting(random),
            < 56 => HoldBack(random, story, at),
            < 68 => ComeAndGo(random, story),
            < 82 => ChannelTrouble(random, story, at),
            < 88 => SourceTrouble(random, story, at),
            _ => Disturb(random, story),
        };
        return new(at, text, apply);
    }

    private static (string, Action<WorldState>) EditRules(Random random)
    {
        var name = StoryGenerator.Choose(random, RuleGenerator.Names);
        var rule = RuleGenerator.Rule(random, name);
        return random.Next(10) switch
        {
            < 3 => ($"rule {rule}", world => Edit(world, book => book with { Rules = book.Rules.SetItem(name, rule) })),
            3 => ($"rule {name} is removed", world => Edit(world, book => book with { Rules = book.Rules.Remove(name) })),
            4 => ($"rule {name} is disabled or enabled", world => Change(world, name, one => one with { Enabled = !one.Enabled })),
            5 => ($"the stored rule {name} is broken by hand", world => world.Break(name)),
            6 => ($"the file is applied again", world => Edit(world, book => book)),
            7 => ($"rule {name}: for {rule.For}, recoverAfter {rule.RecoverAfter}", world => Change(world, name, one =>
                one.Kind == RuleKind.Missing || one.NoData == "alert" ? one : one with { For = rule.For, RecoverAfter = rule.RecoverAfter })),
            8 => ($"rule {name}: instances {rule.Instances}, label {rule.LabelPrefix}*, importance {rule.Importance}",
                world => Change(world, name, one => one with { Instances = rule.Instances, LabelPrefix = rule.LabelPrefix, Importance = rule.Importance })),
            _ => ($"rule {name}: the other severity", world => Change(world, name, one => one with { IsCritical = !one.IsCritical })),
        };
    }

    private static (string, Action<WorldState>) EditRouting(Random random)
    {
        var channel = RuleGenerator.Channel(random, StoryGenerator.Choose(random, RuleGenerator.Channels));
        var rule = RuleGenerator.Rule(random, StoryGenerator.Choose(random, RuleGenerator.Names));
        var routes = RuleGenerator.Routes(random);
        return random.Next(5) switch
        {
            0 => ($"channel {channel.Name} with the fallback '{channel.Fallback}'", world => Edit(world, book => book with { Channels = book.Channels.SetItem(channel.Name, channel) })),
            1 => ($"channel {channel.Name} is removed", world => Edit(world, book => book with { Channels = book.Channels.Count > 1 ? book.Channels.Remove(channel.Name) : book.Channels })),
            2 => ($"rule {rule.Name} notifies [{string.Join(", ", rule.Notify)}]", world => Change(world, rule.Name, one => one with { Notify = rule.Notify })),
            _ => ($"routes {string.Join(' ', routes)}", world => Edit(world, book => book with { Routes = routes })),
        };
    }

    private static (string, Action<WorldState>) HoldBack(Random random, Story story, TimeSpan at)
    {
        var match = RuleGenerator.Match(random);
        switch (random.Next(4))
        {
            case 0:
                var inhibitions = RuleGenerator.Inhibitions(random);
                return ($"inhibitions {string.Join(' ', inhibitions)}", world => Edit(world, book => book with { Inhibitions = inhibitions }));
            case 1:
                var from = random.Next(24);
                var window = new MaintenanceSpec("night", match, from, (from + 1 + random.Next(6)) % 24);
                var windows = random.Next(3) == 0 ? ImmutableList<MaintenanceSpec>.Empty : [window];
                return ($"maintenance {string.Join(' ', windows)}", world => Edit(world, book => book with { Maintenance = windows }));
            default:
                var until = Story.Start + at + TimeSpan.FromMinutes(10 + random.Next(600));
                if (until > story.QuietFrom - TimeSpan.FromMinutes(1))
                    until = random.Next(2) == 0 ? story.QuietFrom - TimeSpan.FromMinutes(1) : story.End + TimeSpan.FromDays(1);
                var silence = new SilenceSpec($"s{at.Ticks}", match, Story.Start + at, until);
                return ($"silence {match} until {until:MM-dd HH:mm}", world =>
                {
                    world.Silences[silence.Key] = silence;
                    world.Ask("silence", silence.Key, 0);
                });
        }
    }

    private static (string, Action<WorldState>) ComeAndGo(Random random, Story story)
    {
        var deployment = story.Deployments[random.Next(story.Deployments.Count)];
        var host = deployment.Hosts.Count == 0 ? null : deployment.Hosts[random.Next(deployment.Hosts.Count)];
        var label = $"{StoryGenerator.Choose(random, "credit", "churn")}-{deployment.Label.Split('-')[1]}";
        return random.Next(6) switch
        {
            0 => ($"deployment {deployment.Id} goes, or comes back", world => On(world, deployment.Id, one => one.IsGone ^= true)),
            < 3 when host is not null => ($"host {deployment.Id}/{host} goes, or comes back", world =>
                On(world, deployment.Id, one => one.SetHost(host, one.AbsentSince(host) is not null, world.Now))),
            3 => ($"metric {deployment.Id}/{Metrics.Refunds} goes, or comes back", world => On(world, deployment.Id, one =>
            {
                if (!one.GoneMetrics.Remove(Metrics.Refunds))
                    one.GoneMetrics.Add(Metrics.Refunds);
            })),
            4 => ($"deployment {deployment.Id} is of the other importance", world =>
                Select(world, deployment.Id, one => one.Importance = one.Importance == "HIGH" ? "LOW" : "HIGH")),
            _ => ($"deployment {deployment.Id} is labelled {label}", world => Select(world, deployment.Id, one => one.Label = label)),
        };
    }

    /// <summary>A story that was shrunk may have lost the deployment.</summary>
    private static void On(WorldState world, string deployment, Action<DeploymentState> change)
    {
        if (world.Deployments.TryGetValue(deployment, out var one))
            change(one);
    }

    /// <summary>Changes what rules select by.</summary>
    private static void Select(WorldState world, string deployment, Action<DeploymentState> change)
    {
        On(world, deployment, change);
        world.SelectionChanged = world.Now;
    }

    private static (string, Action<WorldState>) ChannelTrouble(Random random, Story story, TimeSpan at)
    {
        var channel = StoryGenerator.Choose(random, RuleGenerator.Channels);
        var trouble = StoryGenerator.Choose(random, Trouble.Down, Trouble.Down, Trouble.TakesAndTimesOut, Trouble.Throttles, Trouble.Refuses);
        var until = Story.Start + at + TimeSpan.FromMinutes(StoryGenerator.Choose(random, 1, 5, 30, 120, 400, 1500));
        return ($"channel {channel}: {trouble} until {until:MM-dd HH:mm}", world => world.ChannelTroubles[channel] = (trouble, until));
    }

    private static (string, Action<WorldState>) SourceTrouble(Random random, Story story, TimeSpan at)
    {
        var about = random.Next(3) == 0 ? "list" : story.Deployments[random.Next(story.Deployments.Count)].Id;
        var status = StoryGenerator.Choose(random, 401, 403, 429, 500, 503);
        var until = Story.Start + at + TimeSpan.FromMinutes(StoryGenerator.Choose(random, 5, 30, 120, 400));
        return ($"source {about}: {status} until {until:MM-dd HH:mm}", world => world.StartTrouble(about, status, until));
    }

    private static (string, Action<WorldState>) Disturb(Random random, Story story)
    {
        var process = $"p{1 + random.Next(story.Processes)}";
        var hours = StoryGenerator.Choose(random, -5.0, -1, 0, 0, 1, 5);
        var minutes = 1 + random.Next(15);
        var queue = StoryGenerator.Choose(random, "collect", "metric-windows", "notifications");
        return random.Next(6) switch
        {
            0 => ($"{process} is killed", world => world.Ask("kill", process, 0)),
            1 => ($"the clock of all processes is set {hours} h ahead", world => world.Ask("clock", "", hours)),
            2 => ($"the services throttle for {minutes} minutes", world => world.Ask("throttle", "", minutes)),
            3 => ($"a message on {queue} that nobody can read", world => world.Ask("poison", queue, minutes)),
            _ => ("dead letters are replayed", world => world.Ask("replay", "", 0)),
        };
    }

    private static void Edit(WorldState world, Func<RuleBook, RuleBook> edit) => world.Edit(edit);

    private static void Change(WorldState world, string name, Func<RuleSpec, RuleSpec> change) =>
        Edit(world, book => book.Rules.TryGetValue(name, out var rule) ? book with { Rules = book.Rules.SetItem(name, change(rule)) } : book);
}

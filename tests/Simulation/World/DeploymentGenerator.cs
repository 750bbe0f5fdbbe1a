namespace Simulation.World;

/// <summary>Makes the deployments of a world, with what is measured of them.</summary>
internal static class DeploymentGenerator
{
    public static List<DeploymentStory> Make(Random random, Story story)
    {
        // A large world costs as much as thirty small ones, and finds less.
        var most = story.Hours - story.FirstHour < 8 ? 40 : 6;
        var count = random.Next(30) switch { < 15 => 1 + random.Next(2), < 29 => 1 + random.Next(5), _ => 1 + random.Next(most) };
        return [.. Enumerable.Range(1, count).Select(number => One(random, story, number))];
    }

    private static DeploymentStory One(Random random, Story story, int number)
    {
        var first = random.Next(6) == 0 ? random.Next(story.Hours) : random.Next(Math.Min(3, story.FirstHour) + 1);
        var many = story.FirstHour >= Story.LongPast && number == 1 ? 8 : StoryGenerator.Choose(random, 0, 0, 1, 2, 3, random.Next(9));
        var hosts = Enumerable.Range(1, many).Select(host => $"h{host}").ToList();
        var series = new List<SeriesStory>();
        foreach (var metric in (string[])[Metrics.Accuracy, Metrics.ResponseTime, Metrics.Refunds])
        {
            if (random.Next(4) == 0)
                continue;
            series.Add(Series(random, story, "all", metric, first));
            if (!Metrics.HasHosts(metric))
                continue;
            foreach (var host in hosts)
                series.Add(Series(random, story, host, metric, first));
        }

        return new($"{number:x24}", $"{StoryGenerator.Choose(random, "credit", "churn")}-{number}", StoryGenerator.Choose(random, "HIGH", "LOW"), first)
        {
            Hosts = hosts,
            Series = series,
            Models = Models(random, story, first),
            HostsAddUp = story.HostsAddUp,
        };
    }

    private static SeriesStory Series(Random random, Story story, string instance, string metric, int first)
    {
        // The first window has a value: how long values are missing counts from something.
        var stretches = new List<Stretch> { new(first, Weather.Good) };
        var isMoody = random.Next(3) == 0;
        for (var hour = first + 1 + random.Next(12); hour <= story.Hours; hour += 1 + random.Next(isMoody ? 3 : 10))
        {
            var late = random.Next(4) == 0 ? Math.Min(Metrics.LatestHours(metric), StoryGenerator.Choose(random, 1, 2, 5, 12, 30, 70)) : 0;
            stretches.Add(new(hour, Any(random), late, random.Next(3) == 0 ? Any(random) : Weather.Missing));
        }

        return new(instance, metric, first, stretches);
    }

    private static Weather Any(Random random) => random.Next(12) switch
    {
        < 4 => Weather.Good,
        < 5 => Weather.Between,
        < 7 => Weather.Warning,
        < 9 => Weather.Critical,
        < 10 => Weather.Thin,
        _ => Weather.Missing,
    };

    private static List<ModelStory> Models(Random random, Story story, int first)
    {
        var models = new List<ModelStory> { new(first, "m1", 0) };
        var number = 1;
        for (var hour = first + 1 + random.Next(80); hour < story.Hours && random.Next(2) == 0; hour += 1 + random.Next(40))
            models.Add(new(hour, $"m{++number}", StoryGenerator.Choose(random, 0, 0, 1, 3, 10)));
        return models;
    }
}

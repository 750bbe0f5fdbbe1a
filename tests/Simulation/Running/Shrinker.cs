using System.Collections.Immutable;
using System.Diagnostics;
using MetricsAlerts.Metrics;
using Simulation.Faults;
using Simulation.World;

namespace Simulation.Running;

/// <summary>Leaves out of a story whatever its failure does not need.</summary>
public sealed class Shrinker
{
    private readonly TimeSpan _most;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly string _kind;
    private RunResult _best;

    private Shrinker(RunResult failure, TimeSpan most)
    {
        (_best, _most) = (failure, most);
        _kind = failure.Violations[0].Kind;
    }

    private Story Story => _best.Story;

    /// <summary>The smallest story found in which the same promise is broken, with how it ended.</summary>
    /// <param name="failure">What failed.</param>
    /// <param name="most">How long to look.</param>
    public static RunResult Shrink(RunResult failure, TimeSpan most)
    {
        var shrinker = new Shrinker(failure, most);
        shrinker.Faults();
        shrinker.Time();
        for (var round = 0; round < 3; round++)
        {
            var before = shrinker._best;
            shrinker.Parts();
            shrinker.Faults();
            if (ReferenceEquals(before, shrinker._best))
                break;
        }

        return Run.Of(shrinker.Story, keepsLines: true);
    }

    private void Faults()
    {
        if (Try(Story with { OnlyFaults = ImmutableDictionary<string, FaultKind>.Empty }))
            return;
        if (Story.OnlyFaults is null && !Try(Story with { OnlyFaults = _best.Faults }))
            return;
        Reduce(Story.OnlyFaults!.ToList(), faults => Story with { OnlyFaults = faults.ToDictionary(pair => pair.Key, pair => pair.Value) });
    }

    /// <summary>Lets the world end earlier.</summary>
    private void Time()
    {
        var (first, length) = (Story.FirstHour, Story.Hours - Story.FirstHour);
        foreach (var eighth in (int[])[1, 2, 3, 4, 5, 6, 7])
        {
            var hours = first + Math.Max(1, length * eighth / 8);
            if (Try(Story with { Hours = hours, Events = [.. Story.Events.Where(one => one.At < TimeSpan.FromHours(hours))] }))
                return;
        }
    }

    private void Parts()
    {
        Reduce(Story.Deployments, deployments => Story with { Deployments = deployments }, least: 1);
        Try(Story with { InOrder = true });
        Try(Story with { Processes = 1 });
        Try(Story with { Skews = [0] });
        Reduce(Story.Events, events => Story with { Events = events });
        Reduce([.. Story.Book.Rules], rules => Story with { Book = Story.Book with { Rules = rules.ToImmutableSortedDictionary(StringComparer.Ordinal) } });
        Reduce(Story.Book.Routes, routes => Story with { Book = Story.Book with { Routes = [.. routes] } });
        Reduce(Story.Book.Inhibitions, inhibitions => Story with { Book = Story.Book with { Inhibitions = [.. inhibitions] } });
        foreach (var deployment in Story.Deployments)
            Deployment(deployment.Id);
        foreach (var rule in Story.Book.Rules.Values)
            Rule(rule.Name);
    }

    private void Deployment(string id)
    {
        DeploymentStory Now() => Story.Deployments.First(one => one.Id == id);
        Story With(DeploymentStory changed) => Story with { Deployments = [.. Story.Deployments.Select(one => one.Id == id ? changed : one)] };
        // The whole is what its hosts add up to: it is there as long as they are.
        Reduce(Now().Series, series => With(Now() with { Series = [.. Now().Series.Where(one => series.Contains(one) || IsSumOf(one, series))] }));
        Reduce(Now().Models, models => With(Now() with { Models = models }), least: 1, keepsFirst: true);
        foreach (var series in Now().Series)
        {
            Story With2(SeriesStory changed) => With(Now() with { Series = [.. Now().Series.Select(one => Same(one, series) ? changed : one)] });
            SeriesStory Now2() => Now().Series.First(one => Same(one, series));
            Reduce(Now2().Stretches, stretches => With2(Now2() with { Stretches = stretches }), least: 1, keepsFirst: true);
            foreach (var stretch in Now2().Stretches.Where(stretch => stretch.LateHours > 0))
            {
                Try(With2(Now2() with
                {
                    Stretches = [.. Now2().Stretches.Select(one => one == stretch ? one with { LateHours = 0, Before = Weather.Missing } : one)],
                }));
            }
        }

        bool IsSumOf(SeriesStory one, IReadOnlyList<SeriesStory> series) => Now().HostsAddUp && one.Instance == Instances.All &&
            series.Any(host => host.Metric == one.Metric && host.Instance != Instances.All);
        static bool Same(SeriesStory one, SeriesStory other) => one.Instance == other.Instance && one.Metric == other.Metric;
    }

    private void Rule(string name)
    {
        RuleSpec Now() => Story.Book.Rules[name];
        void With(RuleSpec changed) => Try(Story with { Book = Story.Book with { Rules = Story.Book.Rules.SetItem(name, changed) } });
        if (Now().RemindHours > 0)
            With(Now() with { RemindHours = 0 });
        if (Now().MinSamples > 0)
            With(Now() with { MinSamples = 0 });
        if (Now().For != Patience.One)
            With(Now() with { For = Patience.One });
        if (Now().RecoverAfter != Patience.One)
            With(Now() with { RecoverAfter = Patience.One });
        if (Now().Recover is not null)
            With(Now() with { Recover = null });
        foreach (var channel in Now().Notify)
            With(Now() with { Notify = [.. Now().Notify.Where(one => one != channel)] });
    }

    /// <summary>Leaves out halves, quarters, … and single ones.</summary>
    private void Reduce<T>(IReadOnlyList<T> items, Func<IReadOnlyList<T>, Story> with, int least = 0, bool keepsFirst = false)
    {
        for (var size = Math.Max(1, items.Count / 2); items.Count > least && size >= 1; size = size == 1 ? 0 : size / 2)
        {
            for (var from = keepsFirst ? 1 : 0; from < items.Count && items.Count > least;)
            {
                IReadOnlyList<T> fewer = [.. items.Take(from), .. items.Skip(from + size)];
                if (fewer.Count >= least && Try(with(fewer)))
                    items = fewer;
                else
                    from += size;
            }
        }
    }

    private bool Try(Story story)
    {
        if (_clock.Elapsed > _most)
            return false;
        var result = Run.Of(story);
        if (result.Violations.All(violation => violation.Kind != _kind))
            return false;
        _best = result;
        return true;
    }
}

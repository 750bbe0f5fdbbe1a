using System.Text;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Storage;
using Simulation.Faults;
using Simulation.World;

namespace Simulation.Processes;

/// <summary>The people: apply rule files, break entities by hand, silence, replay dead letters. What they do goes well, but takes its time.</summary>
public sealed class Operator(Environment environment, IReadOnlyList<SimulatedProcess> processes)
{
    private Task _last = Task.CompletedTask;
    private int _applied = -1;

    /// <summary>Where they work.</summary>
    public SimulatedProcess Process { get; } = new(environment, "operator", TimeSpan.Zero, new(environment.Story.Seed ^ 0x0FE7, FaultLevel.Off));

    /// <summary>Session ids of messages that nobody can read, sent on purpose.</summary>
    public HashSet<string> Poison { get; } = new(StringComparer.Ordinal);

    /// <summary>What went wrong all the same.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Begins with the first rule file.</summary>
    public void Start()
    {
        Process.Start(works: false);
        ApplyWhenChanged();
    }

    /// <summary>Applies the rule file when it was changed.</summary>
    public void ApplyWhenChanged()
    {
        if (_applied == environment.World.BookVersion)
            return;
        _applied = environment.World.BookVersion;
        var book = environment.World.Book;
        Next("apply", pipeline => pipeline.ApplyAsync(book, CancellationToken.None));
    }

    /// <summary>Does what the world asks for.</summary>
    public void Do(string what, string about, double number)
    {
        switch (what)
        {
            case "break":
                Next("break", _ => BreakAsync(about));
                break;
            case "silence":
                var silence = environment.World.Silences[about];
                Next("silence", pipeline => SilenceAsync(pipeline, silence));
                break;
            case "replay":
                Next("replay", pipeline => pipeline.ReplayAsync(CancellationToken.None));
                break;
            case "poison":
                Poison.Add(about);
                Next("poison", _ => environment.Queues.Values.First(queue => queue.Definition.Name == about).SendAsync(
                    [new($"poison-{Poison.Count}-{number}", "poison", "metric-batch/1", Encoding.UTF8.GetBytes("{ \"not\": "))], CancellationToken.None));
                break;
            case "kill":
                Find(about)?.Kill("killed");
                break;
            case "clock":
                SimulatedProcess.SetClocks(environment, processes, TimeSpan.FromHours(number));
                break;
            case "throttle":
                environment.Faults.ThrottledUntil = environment.Scheduler.Now + TimeSpan.FromMinutes(number);
                break;
            default:
                throw new ArgumentException($"Nobody knows how to {what}.", nameof(what));
        }
    }

    private SimulatedProcess? Find(string name) => processes.FirstOrDefault((_, index) => $"p{index + 1}" == name);

    /// <summary>One after the other.</summary>
    private void Next(string what, Func<PipelineHost, Task> work)
    {
        var before = _last;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _last = done.Task;
        Process.Context.Start(async () =>
        {
            await before;
            try
            {
                await work(Process.Pipeline!);
            }
            catch (Exception exception)
            {
                Problems.Add($"{what}: {exception}");
            }

            done.SetResult();
        });
    }

    /// <summary>A silence that could not match anything is refused: then there is none.</summary>
    private async Task SilenceAsync(PipelineHost pipeline, SilenceSpec silence)
    {
        try
        {
            await pipeline.SilenceAsync(silence, CancellationToken.None);
        }
        catch (SilenceRefusedException)
        {
            environment.World.Silences.Remove(silence.Key);
        }
    }

    private async Task BreakAsync(string rule)
    {
        var table = environment.Tables.Find("Rules");
        if (await table.GetAsync("rule", rule, CancellationToken.None) is not { } row)
            return;
        var properties = row.Properties.ToDictionary(pair => pair.Key, pair => pair.Value);
        properties["when"] = "{ below: ";
        await table.CommitAsync("rule", [new TableOperation.Upsert(row with { Properties = properties })], CancellationToken.None);
    }
}

file static class Enumeration
{
    public static T? FirstOrDefault<T>(this IReadOnlyList<T> list, Func<T, int, bool> matches)
        where T : class
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (matches(list[index], index))
                return list[index];
        }

        return null;
    }
}

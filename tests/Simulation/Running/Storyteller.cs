using System.Text;
using Simulation.Oracle;
using Simulation.World;

namespace Simulation.Running;

/// <summary>Tells a story and how it ended, in the form of a scenario file.</summary>
public static class Storyteller
{
    /// <summary>The story as text.</summary>
    public static string Tell(RunResult result)
    {
        var story = result.Story;
        var text = new StringBuilder();
        text.AppendLine($"seed: {story.Seed}{(story.NoHints ? "  # all hints are lost" : "")}");
        text.AppendLine($"time: {Truth.StartOf(story.FirstHour):MM-dd HH:mm} to {story.QuietFrom:MM-dd HH:mm}, judged at {story.End:MM-dd HH:mm}; a tick every {story.TickMinutes} minutes");
        text.AppendLine($"processes: {story.Processes}, clocks {string.Join(", ", story.Skews.Take(story.Processes).Select(skew => $"{skew:+0.0;-0.0;0} s"))}{(story.InOrder ? ", in order" : "")}");
        text.AppendLine($"settings: {{ {string.Join(", ", story.Settings.Select(pair => $"{pair.Key}: {pair.Value}"))} }}");
        text.Append(story.Book.ToYaml());
        text.AppendLine("deployments:");
        foreach (var deployment in story.Deployments)
        {
            text.AppendLine($"- {{ id: {deployment.Id}, label: {deployment.Label}, importance: {deployment.Importance}, from: {deployment.FirstHour} }}");
            if (deployment.Models.Count > 1)
                text.AppendLine($"  models: {string.Join(", ", deployment.Models.Select(model => $"{model.FromHour} {model.Model}{(model.LateHours > 0 ? $" (known {model.LateHours} h late)" : "")}"))}");
            foreach (var series in deployment.Series)
                text.AppendLine($"  {series}");
        }

        text.AppendLine("events:");
        foreach (var one in story.Events)
            text.AppendLine($"- {Story.Start + one.At:MM-dd HH:mm:ss} {one.Text}");
        text.AppendLine("faults:");
        foreach (var (call, kind) in result.Faults)
            text.AppendLine($"- {call}: {kind}");
        text.AppendLine("sent:");
        foreach (var attempt in Concerned(result).TakeLast(40))
            text.AppendLine($"- {attempt}");
        text.AppendLine("violations:");
        foreach (var violation in result.Violations.Take(20))
            text.AppendLine($"- {violation}");
        return text.ToString();
    }

    /// <summary>What was sent of the alerts that the violations are about; everything when they are about none.</summary>
    private static IEnumerable<Attempt> Concerned(RunResult result)
    {
        var concerned = result.Attempts
            .Where(attempt => attempt.Words.Any(word => result.Violations.Any(violation => violation.Text.Contains(word.Id.ToString(), StringComparison.Ordinal)))).ToList();
        return concerned.Count > 0 ? concerned : result.Attempts;
    }
}

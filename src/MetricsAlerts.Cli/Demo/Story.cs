using MetricsAlerts.Rules;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Cli.Demo;

/// <summary>What the demo replays, and the rules it comes with.</summary>
internal static class Story
{
    /// <summary>The world of a recording or a scenario file; the built-in story when neither is given.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="scenario">The scenario file.</param>
    /// <param name="startAt">When a story begins, whatever the file says; a recording keeps its times.</param>
    public static SimulatedWorld Read(FileInfo? recording, FileInfo? scenario, DateTimeOffset? startAt = null) =>
        recording is not null ? RecordingReader.Read(recording.FullName)
        : scenario is not null ? ScenarioReader.Read(scenario.FullName, startAt)
        : ScenarioReader.Parse(Resource("scenario.yaml"), "scenario.yaml", startAt);

    /// <summary>The rules that belong to the built-in story, or to any recording.</summary>
    public static RuleFile Rules(bool ofRecording)
    {
        var name = ofRecording ? "recording-rules.yaml" : "rules.yaml";
        return RuleFile.Parse(Resource(name), name);
    }

    private static string Resource(string name)
    {
        using var stream = typeof(Story).Assembly.GetManifestResourceStream($"Story.{name}")
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

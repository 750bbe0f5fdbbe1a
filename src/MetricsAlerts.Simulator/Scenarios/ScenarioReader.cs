using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.World;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>Reads a scenario file and plays it into a world.</summary>
public static class ScenarioReader
{
    /// <summary>The world of a scenario file.</summary>
    /// <exception cref="InvalidDataException">The message names the file, the place, what was found and what is allowed.</exception>
    /// <param name="path">The file.</param>
    /// <param name="startAt">When the story begins, whatever the file says.</param>
    public static SimulatedWorld Read(string path, DateTimeOffset? startAt = null) => Parse(File.ReadAllText(path), path, startAt);

    /// <summary>The world of a scenario's text.</summary>
    public static SimulatedWorld Parse(string yaml, string name, DateTimeOffset? startAt = null)
    {
        try
        {
            var scenario = new DeserializerBuilder()
                .WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<Scenario?>(yaml)
                ?? throw new InvalidDataException($"{name}: the scenario is empty.");
            if (startAt is { } chosen)
                scenario.Start = Timestamps.Format(Timestamps.Floor(chosen, TimeSpan.FromHours(1)));
            return Play(scenario, name);
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException(
                $"{name}:{exception.Start.Line}:{exception.Start.Column}: {exception.InnerException?.Message ?? exception.Message}",
                exception);
        }
    }

    private static SimulatedWorld Play(Scenario scenario, string name)
    {
        var isTime = Timestamps.TryParse(scenario.Start ?? "", out var start);
        if (!isTime || !StoryTime.IsOne(start) || start != Timestamps.Floor(start, TimeSpan.FromHours(1)))
        {
            throw new InvalidDataException(
                $"{name}: start is '{scenario.Start}'; expected a full hour in UTC {StoryTime.Allowed} such as 2026-01-05T00:00:00Z.");
        }

        var duration = Duration(scenario.Duration, "duration", name);
        ScenarioCheck.Check(scenario, duration, name);

        var deployments = scenario.Deployments.Select((deployment, index) =>
            new DeploymentPlay(deployment, start, duration, scenario.Seed + (index * 7919), name).Play()).ToList();
        return new(deployments, start, start + duration)
        {
            Faults = [.. scenario.Faults.Select(fault => Fault.Of(
                fault.Kind,
                fault.Rate,
                start + Duration(fault.From, "from", name),
                fault.To is { } to ? start + Duration(to, "to", name) : DateTimeOffset.MaxValue,
                fault.Path)
                ?? throw new InvalidDataException(
                    $"{name}: the fault '{fault.Kind}' with the rate {fault.Rate} is not known; expected {Fault.Allowed}."))],
        };
    }

    internal static TimeSpan Duration(string? text, string field, string name) =>
        text is "0" or "0h" ? TimeSpan.Zero
        : text is not null && Durations.TryParse(text, out var duration) ? duration
        : throw new InvalidDataException($"{name}: {field} is '{text}'; expected {Durations.Allowed}.");
}

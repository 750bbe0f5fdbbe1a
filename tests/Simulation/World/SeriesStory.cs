namespace Simulation.World;

/// <summary>What a stretch of windows is like.</summary>
public enum Weather
{
    /// <summary>Good.</summary>
    Good,

    /// <summary>Neither past the threshold nor recovered.</summary>
    Between,

    /// <summary>Past the threshold of warning.</summary>
    Warning,

    /// <summary>Past the threshold of critical.</summary>
    Critical,

    /// <summary>Past the threshold of critical, with too few rows to say so.</summary>
    Thin,

    /// <summary>No value.</summary>
    Missing,
}

/// <summary>A stretch of windows.</summary>
/// <param name="FromHour">The first hour of the world.</param>
/// <param name="Weather">What its windows are like.</param>
/// <param name="LateHours">How long after a window's end it is known; 0 at once.</param>
/// <param name="Before">What is read until then: <see cref="Weather.Missing"/>, or another value.</param>
public sealed record Stretch(int FromHour, Weather Weather, int LateHours = 0, Weather Before = Weather.Missing)
{
    /// <inheritdoc/>
    public override string ToString() => LateHours == 0 ? $"{FromHour} {Weather}" : $"{FromHour} {Weather} ({Before} for {LateHours} h)";
}

/// <summary>The values of one series, from its first hour to the end of the world.</summary>
/// <param name="Instance">The host, or <c>all</c>.</param>
/// <param name="Metric">The metric.</param>
/// <param name="FirstHour">Its first window.</param>
/// <param name="Stretches">In order; the first begins with the first hour.</param>
public sealed record SeriesStory(string Instance, string Metric, int FirstHour, IReadOnlyList<Stretch> Stretches)
{
    /// <summary>The stretch that an hour belongs to.</summary>
    public Stretch At(int hour)
    {
        var index = Stretches.Count - 1;
        while (index > 0 && Stretches[index].FromHour > hour)
            index--;
        return Stretches[index];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Instance} {Metric} from {FirstHour}: {string.Join(", ", Stretches)}";
}

/// <summary>From which hour on another model answers, and how long after it the source says so.</summary>
public sealed record ModelStory(int FromHour, string Model, int LateHours);

/// <summary>A deployment's life as far as nobody decides it: what is measured.</summary>
public sealed record DeploymentStory(string Id, string Label, string Importance, int FirstHour)
{
    /// <summary>The hosts.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The series.</summary>
    public IReadOnlyList<SeriesStory> Series { get; init; } = [];

    /// <summary>Whether what is measured of the whole is what its hosts add up to, as it is in the world.</summary>
    public bool HostsAddUp { get; init; }

    /// <summary>The models, in order; the first from the beginning.</summary>
    public IReadOnlyList<ModelStory> Models { get; init; } = [];
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying.Muting;

namespace MetricsAlerts.Web.Pages.Silences;

/// <summary>What the page of silences shows.</summary>
/// <param name="Current">Those that hold or will, the next to end first, with how many open alerts each mutes.</param>
/// <param name="Over">Those that are over, the newest first.</param>
public sealed record SilencesModel(IReadOnlyList<(Silence Silence, int Mutes)> Current, IReadOnlyList<Silence> Over);

/// <summary>A silence that somebody is making.</summary>
/// <param name="Labels">The labels and what each has to be, as they were typed.</param>
/// <param name="Duration">How long, as it was typed.</param>
/// <param name="Who">Who says so.</param>
/// <param name="Comment">Why.</param>
public sealed record SilenceDraft(IReadOnlyList<(string Label, string Glob)> Labels, string Duration, string Who, string Comment)
{
    /// <summary>The labels that the form always offers.</summary>
    public static IReadOnlyList<string> Offered { get; } = ["rule", "deployment", "instance", "metric", "severity"];

    /// <summary>Why it cannot be made; empty when it can.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Open alerts that it would mute now; null where nothing is asked for yet.</summary>
    public IReadOnlyList<Alert>? Mutes { get; init; }

    /// <summary>How many open alerts there are.</summary>
    public int Open { get; init; }

    /// <summary>How many open alerts each label matches by itself.</summary>
    public IReadOnlyDictionary<string, int> ByLabel { get; init; } = new Dictionary<string, int>();

    /// <summary>What a label has to be; empty for anything.</summary>
    public string Of(string label) => Labels.FirstOrDefault(one => one.Label == label).Glob ?? "";
}

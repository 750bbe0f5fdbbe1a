using System.Globalization;
using System.Text;

namespace Simulation.World;

/// <summary>How a rule judges a value.</summary>
public enum RuleKind
{
    /// <summary><c>below</c>.</summary>
    Below,

    /// <summary><c>above</c>.</summary>
    Above,

    /// <summary><c>missingFor</c>.</summary>
    Missing,
}

/// <summary>How long windows must breach or recover: so many in a row, so many of some, or hours in a row.</summary>
/// <param name="Count">How many.</param>
/// <param name="Of">Of how many; 0 for in a row.</param>
/// <param name="Hours">Written as a duration.</param>
public sealed record Patience(int Count, int Of = 0, bool Hours = false)
{
    /// <summary>The first window counts.</summary>
    public static Patience One { get; } = new(1);

    /// <inheritdoc/>
    public override string ToString() => Hours ? $"{Count}h" : Of > 0 ? $"{Count} of {Of} windows" : Count == 1 ? "1 window" : $"{Count} windows";
}

/// <summary>A rule, in the shapes whose truth is easy to compute.</summary>
public sealed record RuleSpec(string Name, string Metric, RuleKind Kind)
{
    /// <summary>The threshold of warning; null when there is none.</summary>
    public double? Warning { get; init; }

    /// <summary>The threshold of critical; null when there is none.</summary>
    public double? Critical { get; init; }

    /// <summary>The only threshold, whose severity is <see cref="IsCritical"/>.</summary>
    public double? Single { get; init; }

    /// <summary>Where the lowest level recovers; null for at its threshold.</summary>
    public double? Recover { get; init; }

    /// <summary>Hours of <c>missingFor</c>.</summary>
    public int MissingHours { get; init; }

    /// <summary>The severity of a condition with a single level.</summary>
    public bool IsCritical { get; init; }

    /// <summary><c>for</c>.</summary>
    public Patience For { get; init; } = Patience.One;

    /// <summary><c>recoverAfter</c>.</summary>
    public Patience RecoverAfter { get; init; } = Patience.One;

    /// <summary><c>minSamples</c>.</summary>
    public int MinSamples { get; init; }

    /// <summary><c>keep</c>, <c>ok</c> or <c>alert</c>.</summary>
    public string NoData { get; init; } = "keep";

    /// <summary><c>remindEvery</c> in hours; 0 for never.</summary>
    public int RemindHours { get; init; }

    /// <summary><c>all</c>, <c>each</c> or a host glob.</summary>
    public string Instances { get; init; } = "all";

    /// <summary>A prefix of the labels of the deployments that it is for; empty for all.</summary>
    public string LabelPrefix { get; init; } = "";

    /// <summary>The importance of the deployments that it is for; empty for all.</summary>
    public string Importance { get; init; } = "";

    /// <summary>The label <c>team</c>.</summary>
    public string Team { get; init; } = "";

    /// <summary>Whether it is evaluated.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The channels it names.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>The key of its condition.</summary>
    public string Condition => Kind switch { RuleKind.Below => "below", RuleKind.Above => "above", _ => "missingFor" };

    /// <summary>Whether it is for this deployment and instance.</summary>
    public bool Selects(string label, string importance, string instance) =>
        label.StartsWith(LabelPrefix, StringComparison.Ordinal) && (Importance.Length == 0 || importance == Importance) && Instances switch
        {
            "all" => instance == "all",
            "each" => true,
            _ => instance == Instances,
        };

    /// <summary>As the rule file writes it, in one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{{ name: {Name}, metric: {Metric}, when: {When()}");
        Add("for", For.ToString(), For != Patience.One);
        Add("recoverAfter", RecoverAfter.ToString(), RecoverAfter != Patience.One);
        Add("severity", "critical", IsCritical && (Single is not null || Kind == RuleKind.Missing));
        Add("minSamples", $"{MinSamples}", MinSamples > 0);
        Add("noData", NoData, NoData != "keep");
        Add("remindEvery", $"{RemindHours}h", RemindHours > 0);
        Add("instances", Instances, Instances != "all");
        var selects = new List<string>();
        if (LabelPrefix.Length > 0)
            selects.Add($"label: \"{LabelPrefix}*\"");
        if (Importance.Length > 0)
            selects.Add($"importance: {Importance}");
        Add("deployments", $"{{ {string.Join(", ", selects)} }}", selects.Count > 0);
        Add("labels", $"{{ team: {Team} }}", Team.Length > 0);
        Add("enabled", "false", !Enabled);
        Add("notify", $"[{string.Join(", ", Notify)}]", Notify.Count > 0);
        return text.Append(" }").ToString();

        void Add(string key, string value, bool isSet)
        {
            if (isSet)
                text.Append(CultureInfo.InvariantCulture, $", {key}: {value}");
        }
    }

    private string When()
    {
        if (Kind == RuleKind.Missing)
            return $"{{ missingFor: {MissingHours}h }}";
        var levels = Single is { } single ? Number(single)
            : $"{{ {string.Join(", ", new[] { ("warning", Warning), ("critical", Critical) }.Where(level => level.Item2 is not null).Select(level => $"{level.Item1}: {Number(level.Item2!.Value)}"))} }}";
        return Recover is { } recover
            ? $"{{ {Condition}: {levels}, {(Kind == RuleKind.Below ? "recoverAbove" : "recoverBelow")}: {Number(recover)} }}"
            : $"{{ {Condition}: {levels} }}";
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}

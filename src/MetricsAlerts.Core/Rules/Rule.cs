using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Rules;

/// <summary>What a team wants to be told.</summary>
/// <param name="Name">Unique; letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 100 characters.</param>
/// <param name="Metric">The metric's name, or a glob.</param>
/// <param name="When">When a window breaches.</param>
public sealed record Rule(string Name, Glob Metric, Condition When)
{
    /// <summary>What it means when the rule fires, in the team's words.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it is evaluated.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Which deployments.</summary>
    public DeploymentSelector Deployments { get; init; } = DeploymentSelector.Any;

    /// <summary>Which instances.</summary>
    public InstanceSelector Instances { get; init; } = InstanceSelector.All;

    /// <summary>The length of a window: 1h, 1d or 7d.</summary>
    public TimeSpan Bucket { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long windows must breach before it fires.</summary>
    public ForClause For { get; init; } = ForClause.OneWindow;

    /// <summary>How long windows must have recovered before it resolves.</summary>
    public ForClause RecoverAfter { get; init; } = ForClause.OneWindow;

    /// <summary>The severity of a condition with a single level.</summary>
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>Windows with fewer rows say nothing.</summary>
    public long MinSamples { get; init; }

    /// <summary>With this confidence (0 to 1) a proportion must be past the threshold; 0 when the value alone decides.</summary>
    public double Confidence { get; init; }

    /// <summary>Windows of which a smaller share (0 to 1) of the actuals has arrived say nothing.</summary>
    public double Complete { get; init; }

    /// <summary>What a window without a value means.</summary>
    public NoDataBehaviour NoData { get; init; }

    /// <summary>How often to say again that an alert is still open; null for never.</summary>
    public TimeSpan? RemindEvery { get; init; }

    /// <summary>What routes match on and messages show.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is written down what to do.</summary>
    public Uri? Runbook { get; init; }

    /// <summary>The channels to tell; routes can add others.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];
}

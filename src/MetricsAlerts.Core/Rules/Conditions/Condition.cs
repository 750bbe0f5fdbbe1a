
namespace MetricsAlerts.Rules.Conditions;

/// <summary>When a window breaches. A condition is data (what the rule says) and a pure function (what it finds in a window).</summary>
public abstract record Condition
{
    /// <summary>Judges the newest window of <paramref name="context"/>, which has a value unless <see cref="JudgesMissing"/>.</summary>
    public abstract Judgement Judge(in WindowContext context);

    /// <summary>The condition as the YAML flow mapping that the rule reader reads back.</summary>
    public abstract string ToYaml();

    /// <summary>Whether windows without a value are its business.</summary>
    public virtual bool JudgesMissing => false;

    /// <summary>Whether it says its levels by name, so that the rule's <c>severity</c> does not apply.</summary>
    public virtual bool NamesItsLevels => false;

    /// <summary>The mildest level it can breach at.</summary>
    public virtual Severity LowestLevel(Severity singleLevel) => singleLevel;

    /// <summary>Windows before the judged one that it looks at.</summary>
    public virtual int Reach(TimeSpan bucket) => 0;

    /// <summary>Windows that a first collection must read, so that what began before it is known.</summary>
    public virtual int FirstWindows(TimeSpan bucket) => Reach(bucket);

    /// <summary>Other metrics of the same instance and window that it looks at.</summary>
    public virtual IEnumerable<string> OtherMetrics => [];

    /// <summary>The thresholds to draw and to print, by level.</summary>
    public virtual IEnumerable<(Severity Level, double Value)> Thresholds(Severity singleLevel) => [];

    /// <summary>Whether a confidence interval can be used with it.</summary>
    public virtual bool SupportsConfidence => false;

    /// <inheritdoc/>
    public sealed override string ToString() => ToYaml();
}

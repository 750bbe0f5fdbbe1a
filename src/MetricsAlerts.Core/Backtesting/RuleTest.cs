using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Backtesting;

/// <summary>A scenario test of rules.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Series">The series with their windows.</param>
/// <param name="Expect">Changes that readers must be notified of.</param>
/// <param name="ExpectOnly">Whether any other change fails the test.</param>
/// <param name="States">States that must be reached.</param>
public sealed record RuleTest(
    string Name,
    IReadOnlyList<TestSeries> Series,
    IReadOnlyList<ExpectedChange> Expect,
    bool ExpectOnly,
    IReadOnlyList<ExpectedState> States);

/// <summary>One series of a test.</summary>
public sealed record TestSeries(string Alias, Deployment Deployment, string Instance, SeriesName Name, DateTimeOffset Start)
{
    /// <summary>The windows' values in order.</summary>
    public required IReadOnlyList<NotedValue> Values { get; init; }

    /// <summary>One number of rows for all windows, or one for each.</summary>
    public required IReadOnlyList<NotedValue> SampleSizes { get; init; }

    /// <summary>The source's baseline.</summary>
    public double? Baseline { get; init; }

    /// <summary>Windows that arrive again.</summary>
    public required IReadOnlyList<TestRevision> Revisions { get; init; }

    /// <summary>Models by the window from which they answer.</summary>
    public required IReadOnlyDictionary<int, string> Models { get; init; }

    /// <summary>A window of this number, from 1, with this value.</summary>
    public MetricWindow Window(int number, double? value)
    {
        var start = Start + (Name.Bucket * (number - 1));
        var size = SampleSizes[Math.Min(number, SampleSizes.Count) - 1].Value ?? 0;
        return new(start, start + Name.Bucket, value, (long)size)
        {
            Baseline = Baseline,
            ModelId = Models.Where(model => model.Key <= number)
                .OrderBy(model => model.Key).Select(model => model.Value).LastOrDefault("m1"),
        };
    }

    /// <summary>The number of the window that starts then.</summary>
    public int NumberOf(DateTimeOffset start) => (int)((start - Start) / Name.Bucket) + 1;
}

/// <summary>After so many windows one of them arrives again with another value.</summary>
public sealed record TestRevision(int After, int Window, double? Value);

/// <summary>A change that readers must be notified of when this window is the series' newest.</summary>
public sealed record ExpectedChange(int Window, string Rule, Change Change, Severity? Severity, string? Reason, string? Series)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var severity = Severity is { } level ? $" {level.ToString().ToLowerInvariant()}" : "";
        var reason = Reason is null ? "" : $" ({Reason})";
        return $"window {Window}: {Rule} {Change}{severity}{reason}{(Series is null ? "" : $" on {Series}")}";
    }
}

/// <summary>A state that must be reached after this window.</summary>
public sealed record ExpectedState(int Window, string Rule, AlertPhase State, string? Series);

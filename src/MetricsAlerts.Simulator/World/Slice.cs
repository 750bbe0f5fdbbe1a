namespace MetricsAlerts.Simulator.World;

/// <summary>The part of what happened that a statistic is about.</summary>
/// <param name="Start">From when on, inclusive.</param>
/// <param name="End">Until when, exclusive.</param>
/// <param name="Now">The simulated now: what was not known by then does not count.</param>
public readonly record struct Slice(DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Now)
{
    /// <summary>Only what this prediction server did; null for all of them.</summary>
    public string? Host { get; init; }

    /// <summary>The part of it from one time to another; empty when they do not meet.</summary>
    public Slice Within(DateTimeOffset from, DateTimeOffset until)
    {
        var start = Start > from ? Start : from;
        var end = End < until ? End : until;
        return start < end ? this with { Start = start, End = end } : this with { End = Start };
    }
}

/// <summary>A value with the rows it was computed from.</summary>
public readonly record struct Statistic(double? Value, long SampleSize);

/// <summary>Which service statistic.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Quantile">The quantile of times, 0 to 1.</param>
/// <param name="SlowAbove">Milliseconds above which a request counts as slow.</param>
public readonly record struct ServiceQuestion(string Metric, double Quantile = 0.5, double SlowAbove = 1000);

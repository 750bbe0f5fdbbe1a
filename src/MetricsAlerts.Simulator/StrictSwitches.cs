namespace MetricsAlerts.Simulator;

/// <summary>
/// What no public source settles about DataRobot: each switch makes the simulator behave in the way that is harder for a client. A
/// client must be right under both.
/// </summary>
public sealed record StrictSwitches
{
    private static readonly Switch[] Known =
    [
        new("keys", (all, on) => all with { Keys = on }),
        new("status-400", (all, on) => all with { Status400 = on }),
        new("message-objects", (all, on) => all with { MessageObjects = on }),
        new("segments-service-only", (all, on) => all with { SegmentsServiceOnly = on }),
        new("zeros-for-former-model", (all, on) => all with { ZerosForFormerModel = on }),
        new("baselines-only", (all, on) => all with { BaselinesOnly = on }),
        new("repeated-keys", (all, on) => all with { RepeatedKeys = on }),
        new("bare-429", (all, on) => all with { Bare429 = on }),
        new("null-samples", (all, on) => all with { NullSamples = on }),
    ];

    /// <summary>What the contract calls the policy: unknown keys are refused; everything else is off.</summary>
    public static StrictSwitches Default => new();

    /// <summary>Every switch is off, that for unknown keys too.</summary>
    public static StrictSwitches None => new() { Keys = false };

    /// <summary>Every switch is on.</summary>
    public static StrictSwitches All => Known.Aggregate(new StrictSwitches(), (all, one) => one.Set(all, true));

    /// <summary>The names of the switches.</summary>
    public static IReadOnlyList<string> Names => [.. Known.Select(one => one.Name)];

    /// <summary>Query keys that the contract does not list are refused. On by default.</summary>
    public bool Keys { get; init; } = true;

    /// <summary>A refused request has the status 400 instead of 422.</summary>
    public bool Status400 { get; init; }

    /// <summary>The message of a refusal is an object of keys and texts instead of a text beside <c>errors</c>.</summary>
    public bool MessageObjects { get; init; }

    /// <summary>
    /// Prediction server hosts are a segment of service health only; for accuracy, drift and predictions they are refused.
    /// </summary>
    public bool SegmentsServiceOnly { get; init; }

    /// <summary>
    /// Without <c>modelId</c>, service statistics, predictions and custom metrics too are the current champion's only: windows before
    /// its start are empty.
    /// </summary>
    public bool ZerosForFormerModel { get; init; }

    /// <summary>
    /// Nothing that is deprecated since client 3.9: no <c>baseline</c>, <c>summary</c>, <c>metrics</c> and top-level <c>modelId</c> of
    /// accuracy.
    /// </summary>
    public bool BaselinesOnly { get; init; }

    /// <summary>Several values of a filter are given by repeating its key only; client 2.25 separates them by commas.</summary>
    public bool RepeatedKeys { get; init; }

    /// <summary>A fault 429 does not say how long to wait: no source documents Retry-After for these endpoints.</summary>
    public bool Bare429 { get; init; }

    /// <summary>The number of rows is null where there are none, instead of 0.</summary>
    public bool NullSamples { get; init; }

    /// <summary>
    /// Reads a list such as <c>baselines-only,no-keys</c> on top of the default; <c>all</c> and <c>none</c> set every switch.
    /// </summary>
    /// <param name="text">Names separated by commas; <c>no-</c> before one turns it off.</param>
    /// <param name="switches">The switches.</param>
    /// <param name="problem">What was found and what is allowed; null when the list was read.</param>
    public static bool TryParse(string text, out StrictSwitches switches, out string? problem)
    {
        switches = Default;
        problem = null;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var off = name.StartsWith("no-", StringComparison.Ordinal);
            if (name is "all")
                switches = All;
            else if (name is "none")
                switches = None;
            else if (Array.Find(Known, one => one.Name == (off ? name[3..] : name)) is { } found)
                switches = found.Set(switches, !off);
            else
                problem ??= $"'{name}' is no switch; there are {string.Join(", ", Names)}, each also with no- before it, and all and none";
        }

        return problem is null;
    }

    private sealed record Switch(string Name, Func<StrictSwitches, bool, StrictSwitches> Set);
}

using System.Globalization;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules;

/// <summary>How long windows must breach (or recover) before it counts.</summary>
public abstract record ForClause
{
    /// <summary>The first window counts.</summary>
    public static ForClause OneWindow { get; } = new Windows(1);

    /// <summary>The number of judged windows that must be remembered to decide.</summary>
    public abstract int Reach(TimeSpan bucket);

    /// <summary>The text that <see cref="TryParse"/> reads back.</summary>
    public sealed override string ToString() => this switch
    {
        Windows { Count: 1 } => "1 window",
        Windows windows => $"{windows.Count} windows",
        OutOf some => $"{some.Count} of {some.Last} windows",
        Lasting lasting => Durations.Format(lasting.Duration),
        _ => throw new InvalidOperationException("Unknown patience."),
    };

    /// <summary>So many windows in a row, 1 to <see cref="MaxWindows"/>.</summary>
    public sealed record Windows(int Count) : ForClause
    {
        /// <inheritdoc/>
        public override int Reach(TimeSpan bucket) => Count;
    }

    /// <summary>So many of the last so many windows, at most <see cref="MaxOutOf"/>.</summary>
    public sealed record OutOf(int Count, int Last) : ForClause
    {
        /// <inheritdoc/>
        public override int Reach(TimeSpan bucket) => Last;
    }

    /// <summary>Windows in a row that together last this long.</summary>
    public sealed record Lasting(TimeSpan Duration) : ForClause
    {
        /// <inheritdoc/>
        public override int Reach(TimeSpan bucket) => (int)Math.Min(MaxWindows, (Duration.Ticks + bucket.Ticks - 1) / bucket.Ticks);
    }

    /// <summary>The most windows in a row.</summary>
    public const int MaxWindows = 400;

    /// <summary>The most windows of which some must breach: they are remembered as the bits of one word.</summary>
    public const int MaxOutOf = 64;

    /// <summary>What a patience looks like, for error messages.</summary>
    public const string Allowed = "'3 windows' (at most 400), '2 of 3 windows' (at most 64) or a duration such as '6h' (at most 365d)";

    /// <summary>Reads <c>3 windows</c>, <c>2 of 3 windows</c> or a duration.</summary>
    public static bool TryParse(string text, out ForClause patience)
    {
        patience = OneWindow;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        switch (words)
        {
            case [var count, "window" or "windows"] when TryCount(count, MaxWindows, out var windows):
                patience = new Windows(windows);
                return true;
            case [var count, "of", var last, "window" or "windows"] when TryCount(last, MaxOutOf, out var most) && TryCount(count, most, out var some):
                patience = some == most ? new Windows(some) : new OutOf(some, most);
                return true;
            case [var single] when Durations.TryParse(single, out var duration) && duration <= RuleLimits.Duration:
                patience = new Lasting(duration);
                return true;
            default:
                return false;
        }
    }

    private static bool TryCount(string text, int most, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count >= 1 && count <= most;
}

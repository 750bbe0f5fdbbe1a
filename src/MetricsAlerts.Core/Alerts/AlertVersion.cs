namespace MetricsAlerts.Alerts;

/// <summary>
/// Which of two states of an alert is the newer one. Versions of a key only grow: the epoch is the time at which its row was made,
/// the number counts from there, so that a row that is forgotten and made again goes on above what was.
/// </summary>
/// <param name="Epoch">UTC ticks at which the alert's row was made.</param>
/// <param name="Number">Counts the states since then, from 1.</param>
public readonly record struct AlertVersion(long Epoch, long Number) : IComparable<AlertVersion>
{
    /// <summary>The version after this one.</summary>
    public AlertVersion Next() => this with { Number = Number + 1 };

    /// <inheritdoc/>
    public int CompareTo(AlertVersion other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Number.CompareTo(other.Number);

    /// <summary>Whether the left is older.</summary>
    public static bool operator <(AlertVersion left, AlertVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left is newer.</summary>
    public static bool operator >(AlertVersion left, AlertVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left is not newer.</summary>
    public static bool operator <=(AlertVersion left, AlertVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left is not older.</summary>
    public static bool operator >=(AlertVersion left, AlertVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Epoch}.{Number}");
}

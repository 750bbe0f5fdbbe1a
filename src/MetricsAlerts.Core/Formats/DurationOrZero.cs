namespace MetricsAlerts.Formats;

/// <summary>A duration as people write it, or <c>0s</c> for none.</summary>
public static class DurationOrZero
{
    /// <summary>What it looks like, for error messages.</summary>
    public const string Allowed = $"0s or {Durations.Allowed}";

    /// <summary>Reads it.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        return text.Trim() is "0s" or "0" || Durations.TryParse(text, out duration);
    }

    /// <summary>Writes it.</summary>
    public static string Format(TimeSpan duration) => Durations.Format(duration);
}

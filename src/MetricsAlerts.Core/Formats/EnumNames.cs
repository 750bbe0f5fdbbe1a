namespace MetricsAlerts.Formats;

/// <summary>
/// The names of an enumeration as people write them. <see cref="Enum.TryParse{TEnum}(string, out TEnum)"/> also takes numbers, and several
/// names joined by a comma.
/// </summary>
public static class EnumNames
{
    /// <summary>Reads exactly one name, whatever its case.</summary>
    public static bool TryParse<T>(string text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}

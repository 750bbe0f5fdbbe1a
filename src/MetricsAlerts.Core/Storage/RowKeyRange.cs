namespace MetricsAlerts.Storage;

/// <summary>A half-open range of row keys in ordinal order; a null bound is open.</summary>
public readonly record struct RowKeyRange(string? From, string? To)
{
    /// <summary>Every row of the partition.</summary>
    public static RowKeyRange All => default;

    /// <summary>Every row whose key starts with <paramref name="prefix"/>.</summary>
    public static RowKeyRange Prefix(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        var last = prefix.AsSpan().LastIndexOfAnyExcept(char.MaxValue);
        return new(prefix, last < 0 ? null : prefix[..last] + (char)(prefix[last] + 1));
    }

    /// <summary>Whether <paramref name="rowKey"/> lies in the range.</summary>
    public bool Contains(string rowKey) =>
        (From is null || string.CompareOrdinal(rowKey, From) >= 0) && (To is null || string.CompareOrdinal(rowKey, To) < 0);
}

namespace MetricsAlerts.Cli.Output;

/// <summary>A number with what it counts, as people write it.</summary>
internal static class Counted
{
    /// <summary><c>1 rule</c>, <c>2 rules</c>.</summary>
    public static string Of(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}s";
}

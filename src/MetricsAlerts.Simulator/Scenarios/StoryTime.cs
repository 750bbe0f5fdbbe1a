namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>The times that a story may have: far enough from the ends of the calendar for whatever is added to them.</summary>
internal static class StoryTime
{
    public const string Allowed = "from 1970 to 2100";

    public static bool IsOne(DateTimeOffset time) => time.Year is >= 1970 and <= 2100;
}

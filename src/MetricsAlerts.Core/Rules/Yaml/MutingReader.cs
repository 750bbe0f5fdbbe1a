using System.Globalization;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Reads inhibitions and maintenance windows.</summary>
internal static class MutingReader
{
    private const string DaysAllowed = "days such as mon, or ranges such as mon-fri";

    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static InhibitionDefinition? ReadInhibition(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("when");
        reader.Require("mute");
        var inhibition = new InhibitionDefinition(ChannelReader.ReadMatch(reader, "when"), ChannelReader.ReadMatch(reader, "mute"), reader.Texts("equal"));
        if (inhibition.When.IsEmpty || inhibition.Mute.IsEmpty)
            reader.Error(inhibition.When.IsEmpty ? "when" : "mute", "it must say which alerts are meant, such as { rule: no-actuals }.");
        reader.Finish();
        if (reader.Diagnostics.ErrorCount == errors)
            reader.CheckLengths(RuleFields.Of(inhibition));
        return reader.Diagnostics.ErrorCount == errors ? inhibition : null;
    }

    public static MaintenanceDefinition? ReadMaintenance(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("name");
        reader.Require("from");
        reader.Require("to");
        var days = new List<DayOfWeek>();
        foreach (var text in reader.Selection("days"))
        {
            if (!TryDays(text, days))
                reader.Error("days", $"found '{text}'; expected {DaysAllowed}.");
        }

        var window = new MaintenanceDefinition(
            reader.Value("name", "", Names.TryParse, Names.Allowed), ChannelReader.ReadMatch(reader, "match"), [.. days.Distinct()],
            reader.Value("from", default(TimeOnly), TryTime, "a time such as 22:00"), reader.Value("to", default(TimeOnly), TryTime, "a time such as 06:00"),
            reader.Value("timeZone", TimeZoneInfo.Utc, TryZone, "a time zone such as Europe/Berlin"));
        reader.Finish();
        if (reader.Diagnostics.ErrorCount == errors)
            reader.CheckLengths(RuleFields.Of(window));
        return reader.Diagnostics.ErrorCount == errors ? window : null;
    }

    private static bool TryDays(string text, List<DayOfWeek> into)
    {
        var ends = text.ToLowerInvariant().Split('-').Select(name => Array.IndexOf(DayNames, name.Trim())).ToArray();
        if (ends.Length is 0 or > 2 || ends.Contains(-1))
            return false;
        for (var day = ends[0]; ; day = (day + 1) % DayNames.Length)
        {
            into.Add((DayOfWeek)day);
            if (day == ends[^1])
                return true;
        }
    }

    private static bool TryTime(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static bool TryZone(string text, out TimeZoneInfo zone)
    {
        var found = TimeZoneInfo.TryFindSystemTimeZoneById(text, out var known);
        zone = known ?? TimeZoneInfo.Utc;
        return found;
    }
}

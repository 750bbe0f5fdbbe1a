using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>Times, counts and values as people read them.</summary>
internal static class Words
{
    /// <summary>A time in UTC, to the minute.</summary>
    public static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>How long ago; what lies ahead is <c>now</c>.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) =>
        now - at < TimeSpan.FromMinutes(1) ? "just now" : $"{Length(now - at)} ago";

    /// <summary>A length of time in its two largest units, such as <c>4 h 10 min</c>; days and hours from a day on.</summary>
    public static string Length(TimeSpan length) => length switch
    {
        { TotalMinutes: < 1 } => $"{Math.Max(0, (int)length.TotalSeconds)} s",
        { TotalHours: < 1 } => $"{(int)length.TotalMinutes} min",
        { TotalDays: < 1 } => Two((int)length.TotalHours, "h", length.Minutes, "min"),
        { TotalDays: < 14 } => Two((int)length.TotalDays, "d", length.Hours, "h"),
        _ => $"{(int)length.TotalDays} d",
    };

    /// <summary>A number with its noun, such as <c>1 rule</c> or <c>2 rules</c>.</summary>
    public static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>A value with its unit.</summary>
    public static string Value(double value, string unit) => unit.Length == 0 ? Numbers.Short(value) : $"{Numbers.Short(value)} {unit}";

    /// <summary>An instance as people say it.</summary>
    public static string Instance(string instance) => instance == Instances.All ? "whole deployment" : instance;

    /// <summary>How often windows come, such as <c>hourly</c>.</summary>
    public static string Windows(TimeSpan bucket) => bucket switch
    {
        { TotalHours: 1 } => "hourly windows",
        { TotalDays: 1 } => "daily windows",
        { TotalDays: 7 } => "weekly windows",
        _ => $"windows of {Durations.Format(bucket)}",
    };

    /// <summary>The class that colours a severity.</summary>
    public static string Class(Severity severity) => severity == Severity.Critical ? "crit" : "warn";

    /// <summary>The class that colours a state.</summary>
    public static string Class(SeriesStanding standing) => standing switch
    {
        SeriesStanding.Critical => "crit",
        SeriesStanding.Warning => "warn",
        SeriesStanding.Pending => "pend",
        SeriesStanding.Fine => "ok",
        _ => "none",
    };

    /// <summary>The address of an alert's page.</summary>
    public static string AlertAddress(AlertKey key) => $"/alerts/{Uri.EscapeDataString(key.DeploymentId)}/{key.Id}";

    /// <summary>The address of a deployment's page.</summary>
    public static string DeploymentAddress(string id) => $"/deployments/{Uri.EscapeDataString(id)}";

    /// <summary>The address of a rule's page.</summary>
    public static string RuleAddress(string name) => $"/rules/{Uri.EscapeDataString(name)}";

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class Options
{
    public static Option<string> Output(params string[] allowed)
    {
        var option = new Option<string>("--output")
        {
            Description = $"How to print: {string.Join(", ", allowed)}.",
            DefaultValueFactory = _ => allowed[0],
        };
        option.AcceptOnlyFromAmong(allowed);
        return option;
    }

    public static Option<FileInfo?> ExistingFile(string name, string description)
    {
        var option = new Option<FileInfo>(name) { Description = description };
        option.AcceptExistingOnly();
        return option!;
    }

    public static Option<FileInfo> Data() => new("--data")
    {
        Description = "The database file of the embedded pipeline.",
        DefaultValueFactory = _ => new FileInfo("metrics-alerts.db"),
    };

    public static Option<string?> Tables() => new("--tables")
    {
        Description =
            "Azure tables instead of a database file: https://NAME.table.core.windows.net with your identity, or a connection string.",
    };

    public static Option<Uri?> Endpoint() => Address(
        "--endpoint",
        "DataRobot's API, such as https://app.datarobot.com/api/v2; default: DATAROBOT_ENDPOINT. The token is DATAROBOT_API_TOKEN.");

    public static Option<Uri?> Address(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
            Uri.TryCreate(Single(result), UriKind.Absolute, out var address) ? address : Refuse<Uri>(result, "an absolute address"),
    };

    public static Option<TimeSpan> Duration(string name, string description, string otherwise) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => Durations.Parse(otherwise),
        CustomParser = result =>
            Durations.TryParse(Single(result), out var duration) ? duration : Refuse<TimeSpan>(result, Durations.Allowed),
    };

    public static Option<TimeSpan?> OptionalDuration(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
            Durations.TryParse(Single(result), out var duration) ? duration : Refuse<TimeSpan?>(result, Durations.Allowed),
    };

    public static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
            Timestamps.TryParse(Single(result), out var time)
                ? time
                : Refuse<DateTimeOffset?>(result, "a UTC time such as 2026-01-05T00:00:00Z"),
    };

    /// <summary>Refuses whole numbers outside of a range.</summary>
    public static void Within<T>(Option<T> option, int least, int most) => option.Validators.Add(result =>
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        var isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (isNumber && (number < least || number > most))
            result.AddError($"{option.Name} is {number}; expected {least} to {most}.");
    });

    private static string Single(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[0].Value : "";

    private static T? Refuse<T>(ArgumentResult result, string allowed)
    {
        result.AddError($"'{Single(result)}' is not {allowed}.");
        return default;
    }
}

using System.Text.RegularExpressions;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>What is wrong with the settings, without the words of the library that found it.</summary>
internal static partial class SettingFailures
{
    /// <summary>The failures of a validation as sentences that name the setting and what is allowed, or how it is set.</summary>
    public static IEnumerable<string> InPlainWords(IEnumerable<string> failures) => failures.Select(InPlainWords).Distinct();

    private static string InPlainWords(string failure)
    {
        if (Form().Match(failure) is not { Success: true } parts)
            return failure;
        var (section, member, problem) = (parts.Groups["section"].Value, parts.Groups["member"].Value, parts.Groups["problem"].Value);
        if (!problem.Contains("field is required", StringComparison.Ordinal))
            return problem.Contains($"{section}:", StringComparison.Ordinal) ? problem : $"{section}:{member}: {problem}";
        return $"{section}:{member}" switch
        {
            "DataRobot:Endpoint" => "DataRobot's address is not set: set DATAROBOT_ENDPOINT, such as https://app.datarobot.com/api/v2.",
            "DataRobot:ApiToken" => "There is no API token: set DATAROBOT_API_TOKEN to an API key of your DataRobot user.",
            var setting => $"{setting} is not set.",
        };
    }

    /// <summary>As <c>DataAnnotationValidateOptions</c> of Microsoft.Extensions.Options writes them.</summary>
    [GeneratedRegex(
        "^DataAnnotation validation failed for '(?<section>\\w+?)(Options)?' members: '(?<member>[^']*)' " +
        "with the error: '(?<problem>.*)'\\.$")]
    private static partial Regex Form();
}

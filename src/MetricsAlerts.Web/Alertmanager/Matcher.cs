using System.Text;
using System.Text.RegularExpressions;
using MetricsAlerts.Web.Requests;

namespace MetricsAlerts.Web.Alertmanager;

/// <summary>
/// What a label must be, as Alertmanager says it: an absent label counts as empty, an expression must match the whole value.
/// </summary>
/// <param name="Name">The label.</param>
/// <param name="Value">The value, or the expression.</param>
/// <param name="IsRegex">Whether it is an expression.</param>
/// <param name="IsEqual">Whether it must match, or must not.</param>
internal sealed partial record Matcher(string Name, string Value, bool IsRegex, bool IsEqual)
{
    private const int LongestValue = 500;

    private Regex? _expression;

    /// <summary>
    /// Reads <c>name="value"</c>, <c>name!="value"</c>, <c>name=~"expression"</c> or <c>name!~"expression"</c>; quotes may be left out.
    /// </summary>
    /// <exception cref="RequestRefusedException">It is none of these.</exception>
    public static Matcher Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } parts)
            throw new RequestRefusedException(
                $"filter: found '{text}'; expected name=\"value\", name!=\"value\", name=~\"expression\" or name!~\"expression\".");
        var matcher = new Matcher(
            Unquote(parts.Groups["name"].Value), Unquote(parts.Groups["value"].Value),
            parts.Groups["operator"].Value[1..] == "~", parts.Groups["operator"].Value[0] == '=');
        matcher.Compile();
        return matcher;
    }

    /// <summary>Whether something with these labels is meant.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(Name, "");
        return (IsRegex ? Compile().IsMatch(value) : value == Value) == IsEqual;
    }

    /// <summary>An expression that must match a whole text. It takes time in proportion to the text, whatever it is made of.</summary>
    /// <exception cref="RequestRefusedException">It is none, or too long, or needs more than that.</exception>
    public static Regex Whole(string what, string expression)
    {
        if (expression.Length > LongestValue)
            throw new RequestRefusedException(
                $"{what}: found an expression of {expression.Length} characters; at most {LongestValue} are allowed.");
        try
        {
            return new($"^(?:{expression})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new RequestRefusedException($"{what}: '{expression}' is no expression that can be used: {exception.Message}");
        }
    }

    private Regex Compile() => _expression ??= IsRegex ? Whole(Name, Value) : new("");

    private static string Unquote(string text)
    {
        if (text is not ['"', .. var inner, '"'])
            return text;
        var plain = new StringBuilder(inner.Length);
        for (var index = 0; index < inner.Length; index++)
        {
            if (inner[index] != '\\' || index == inner.Length - 1)
            {
                plain.Append(inner[index]);
                continue;
            }

            index++;
            plain.Append(inner[index] switch { 'n' => "\n", '"' => "\"", '\\' => "\\", var other => $"\\{other}" });
        }

        return plain.ToString();
    }

    [GeneratedRegex(
        "^\\s*(?<name>\"[^\"]+\"|[^=!~\"{}\\s,]+)\\s*(?<operator>=~|!~|!=|=)\\s*" +
        "(?<value>\"(?:[^\"\\\\]|\\\\.)*\"|[^\"]*?)\\s*$",
        RegexOptions.Singleline)]
    private static partial Regex Form();
}

using System.Text;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Web.Requests;

namespace MetricsAlerts.Web.Alertmanager;

/// <summary>
/// Silences match by globs: what Alertmanager's matchers say is put into globs where it can be, and refused in a sentence where not.
/// </summary>
internal static class MatcherGlobs
{
    private const string Special = @"\.+*?()|[]{}^$";

    /// <summary>What a silence of ours matches, as matchers.</summary>
    public static IReadOnlyList<MatcherBody> Of(AlertMatcher match) =>
    [
        .. match.Globs.OrderBy(glob => glob.Key, StringComparer.Ordinal).Select(glob => new MatcherBody(
            AlertmanagerLabels.NameOf(glob.Key), glob.Value.IsPattern ? Expression(glob.Value.Text) : glob.Value.Text, glob.Value.IsPattern,
            IsEqual: true)),
    ];

    /// <summary>The glob of a matcher.</summary>
    /// <exception cref="RequestRefusedException">No glob says the same.</exception>
    public static Glob GlobOf(Matcher matcher)
    {
        if (!matcher.IsEqual)
            throw new RequestRefusedException(
                $"matchers: found {matcher.Name}{(matcher.IsRegex ? "!~" : "!=")}; a silence here says what alerts are, not what " +
                "they are not: use = or =~.");
        if (matcher.Value.Length == 0)
            throw new RequestRefusedException($"matchers: the label '{matcher.Name}' has no value; every alert that is meant has one.");
        if (!matcher.IsRegex)
            return Glob.Exact(matcher.Name == "severity" ? matcher.Value.ToLowerInvariant() : matcher.Value);
        return Read(matcher.Value) is { } glob
            ? glob
            : throw new RequestRefusedException(
                $"matchers: the expression {matcher.Name}=~'{matcher.Value}' cannot be said here; a silence takes names in which " +
                ".* stands for any text and . for one character. Make one silence for each name.");
    }

    private static string Expression(string glob)
    {
        var expression = new StringBuilder(glob.Length + 8);
        foreach (var character in glob)
        {
            if (character is '*' or '?')
                expression.Append(character == '*' ? ".*" : ".");
            else if (Special.Contains(character, StringComparison.Ordinal))
                expression.Append('\\').Append(character);
            else
                expression.Append(character);
        }

        return expression.ToString();
    }

    private static Glob? Read(string expression)
    {
        var text = expression.TrimStart('^');
        text = text.EndsWith('$') && !text.EndsWith("\\$", StringComparison.Ordinal) ? text[..^1] : text;
        var (glob, hasLiteralWildcard, isPattern) = (new StringBuilder(text.Length), false, false);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (character == '.')
            {
                isPattern = true;
                var next = index + 1 < text.Length ? text[index + 1] : ' ';
                glob.Append(next switch { '*' => "*", '+' => "?*", _ => "?" });
                index += next is '*' or '+' ? 1 : 0;
                if (next is '?' or '{')
                    return null;
                continue;
            }

            if (character == '\\' && index + 1 < text.Length && !char.IsLetterOrDigit(text[index + 1]))
                character = text[++index];
            else if (Special.Contains(character, StringComparison.Ordinal))
                return null;
            hasLiteralWildcard |= character is '*' or '?';
            glob.Append(character);
        }

        return !isPattern ? Glob.Exact(glob.ToString()) : hasLiteralWildcard ? null : new(glob.ToString());
    }
}

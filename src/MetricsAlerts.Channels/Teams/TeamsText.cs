using System.Text;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Channels.Teams;

/// <summary>Text from outside in a TextBlock, which renders a subset of Markdown.</summary>
internal static class TeamsText
{
    /// <summary>
    /// Escapes what Markdown and HTML would take for markup, makes line breaks spaces and cuts what is longer than
    /// <paramref name="limit"/>.
    /// </summary>
    public static string Escape(string text, int limit)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in Texts.Cut(text, limit))
        {
            switch (character)
            {
                case '*' or '_' or '[' or ']' or '(' or ')' or '`' or '\\' or '~' or '#' or '!':
                    escaped.Append('\\').Append(character);
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '\r' or '\n' or '\t':
                    escaped.Append(' ');
                    break;
                default:
                    escaped.Append(character);
                    break;
            }
        }

        return escaped.ToString();
    }
}

using System.Text.RegularExpressions;

namespace MetricsAlerts.Rules;

/// <summary>A name, or a pattern in which <c>*</c> stands for any text and <c>?</c> for one character. Case counts.</summary>
public sealed record Glob
{
    private readonly Regex? _pattern;

    /// <summary>Compiles a pattern.</summary>
    public Glob(string text)
    {
        Text = text;
        if (text.AsSpan().IndexOfAny('*', '?') >= 0)
        {
            _pattern = new Regex(
                "^" + Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$",
                RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
        }
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it stands for more than one name.</summary>
    public bool IsPattern => _pattern is not null;

    /// <summary>Whether <paramref name="name"/> is meant.</summary>
    public bool Matches(string name) => _pattern is null ? string.Equals(Text, name, StringComparison.Ordinal) : _pattern.IsMatch(name);

    /// <inheritdoc/>
    public bool Equals(Glob? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

namespace MetricsAlerts.Rules;

/// <summary>A name, or a pattern in which <c>*</c> stands for any text and <c>?</c> for one character. Case counts.</summary>
public sealed record Glob
{
    private readonly bool _isPattern;

    /// <summary>A pattern, or a name when there is neither <c>*</c> nor <c>?</c> in it.</summary>
    public Glob(string text)
        : this(text, HasWildcards(text))
    {
    }

    private Glob(string text, bool isPattern) => (Text, _isPattern) = (text, isPattern);

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it stands for more than one name.</summary>
    public bool IsPattern => _isPattern;

    /// <summary>Whether it is a name in which <c>*</c> and <c>?</c> stand for themselves.</summary>
    public bool IsExact => !_isPattern && HasWildcards(Text);

    /// <summary>Whether it means every name.</summary>
    public bool IsEverything => _isPattern && Text != "?" && Text.AsSpan().Trim('*') is "" or "?";

    /// <summary>Exactly this name, whatever characters it is made of.</summary>
    public static Glob Exact(string name) => new(name, isPattern: false);

    /// <summary>Whether <paramref name="name"/> is meant.</summary>
    public bool Matches(string name) => _isPattern ? Matches(Text, name) : string.Equals(Text, name, StringComparison.Ordinal);

    /// <summary>Whether any name that begins with <paramref name="prefix"/>, and is longer, can be meant.</summary>
    public bool CanMatch(string prefix)
    {
        var star = _isPattern ? Text.IndexOf('*', StringComparison.Ordinal) : -1;
        if (star < 0 && Text.Length <= prefix.Length)
            return false;
        var compared = Math.Min(star < 0 ? prefix.Length : star, prefix.Length);
        return Enumerable.Range(0, compared).All(index => Text[index] == prefix[index] || (_isPattern && Text[index] == '?'));
    }

    /// <inheritdoc/>
    public bool Equals(Glob? other) => other is not null && Text == other.Text && _isPattern == other._isPattern;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>As people write it; a name that would read as a pattern stands in quotes.</summary>
    public override string ToString() => IsExact ? $"\"{Text}\"" : Text;

    private static bool HasWildcards(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>
    /// Only the last star is ever tried again: what an earlier one took is as good as anything that it could take instead.
    /// </summary>
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (inPattern, inName, star, taken) = (0, 0, -1, 0);
        while (inName < name.Length)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '*')
            {
                (star, taken) = (inPattern++, inName);
            }
            else if (inPattern < pattern.Length && (pattern[inPattern] == '?' || pattern[inPattern] == name[inName]))
            {
                inPattern++;
                inName++;
            }
            else if (star >= 0)
            {
                (inPattern, inName) = (star + 1, ++taken);
            }
            else
            {
                return false;
            }
        }

        return pattern[inPattern..].IndexOfAnyExcept('*') < 0;
    }
}

using System.Globalization;
using System.Text;

namespace MetricsAlerts.Storage;

/// <summary>
/// Keys as a store takes them, in the same order as the keys themselves. Table Storage refuses <c>/ \ # ?</c> and control characters, and
/// <c>% '</c> are trouble in addresses. Each of them is written as the nearest character below it that is allowed, and a second one; that
/// neighbour is then written with a second one too, so that both the order and the way back are clear: <c>.</c> is <c>..</c>, <c>/</c> is
/// <c>.~</c>. Characters from U+D7FB on, whose order is another in UTF-8 than in UTF-16, are U+D7FB and four hexadecimal digits.
/// </summary>
public static class TableKey
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const char High = '\uD7FB';

    /// <summary>A key as Table Storage takes it.</summary>
    public static string Encode(string key) => IsPlain(key) ? key : Write(key, AppendEncoded);

    /// <summary>The key that was encoded.</summary>
    public static string Decode(string encoded)
    {
        if (IsPlain(encoded))
            return encoded;
        var key = new StringBuilder(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == High)
                key.Append(HighAt(encoded, ref i));
            else
                key.Append(IsWritten(encoded[i]) ? Second(encoded[i], encoded[++i]) : encoded[i]);
        }

        return key.ToString();
    }

    /// <summary>
    /// A key that is in ordinal order where texts are compared as UTF-8, as SQLite does; all but a few keys are themselves.
    /// </summary>
    public static string EncodeForUtf8(string key) =>
        key.AsSpan().IndexOfAnyInRange(High, char.MaxValue) < 0 ? key : Write(key, AppendHigh);

    /// <summary>The key that <see cref="EncodeForUtf8"/> was given.</summary>
    public static string DecodeFromUtf8(string encoded)
    {
        if (!encoded.Contains(High, StringComparison.Ordinal))
            return encoded;
        var key = new StringBuilder(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
            key.Append(encoded[i] == High ? HighAt(encoded, ref i) : encoded[i]);
        return key.ToString();
    }

    private static bool IsPlain(string key)
    {
        foreach (var character in key)
        {
            if (IsWritten(character))
                return false;
        }

        return true;
    }

    /// <summary>Whether a character is not written as itself, and, in an encoded key, whether it is the first of several.</summary>
    private static bool IsWritten(char character) =>
        character is <= '\'' or '.' or '/' or '>' or '?' or '[' or '\\' or (>= '~' and <= '\u009F') or >= High;

    private static void AppendEncoded(StringBuilder encoded, char character)
    {
        _ = character switch
        {
            < ' ' => encoded.Append('!').Append(Digits[character]),
            ' ' => encoded.Append("!X"),
            '!' => encoded.Append("!Z"),
            '"' or '$' or '&' or '.' or '>' or '[' => encoded.Append(character, 2),
            '#' or '%' or '\'' or '/' or '?' or '\\' => encoded.Append((char)(character - 1)).Append('~'),
            >= '~' and <= '\u009F' => encoded.Append('~').Append(Digits[character - '~']),
            >= High => encoded.Append(High).Append(CultureInfo.InvariantCulture, $"{(int)character:X4}"),
            _ => encoded.Append(character),
        };
    }

    private static char Second(char first, char second) => (first, second) switch
    {
        ('!', 'X') => ' ',
        ('!', 'Z') => '!',
        ('!', _) => (char)Digits.IndexOf(second, StringComparison.Ordinal),
        ('~', _) => (char)('~' + Digits.IndexOf(second, StringComparison.Ordinal)),
        (_, '~') => (char)(first + 1),
        _ => first,
    };

    private static void AppendHigh(StringBuilder encoded, char character) =>
        _ = character >= High
            ? encoded.Append(High).Append(CultureInfo.InvariantCulture, $"{(int)character:X4}")
            : encoded.Append(character);

    private static char HighAt(string encoded, ref int index)
    {
        var high = (char)int.Parse(encoded.AsSpan(index + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        index += 4;
        return high;
    }

    private static string Write(string key, Action<StringBuilder, char> append)
    {
        var encoded = new StringBuilder(key.Length + 8);
        foreach (var character in key)
            append(encoded, character);
        return encoded.ToString();
    }
}

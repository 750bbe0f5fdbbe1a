using System.Globalization;
using System.Text;

namespace MetricsAlerts.AzureTables;

/// <summary>
/// Keys as Table Storage takes them: <c>/ \ # ?</c>, control characters, <c>%</c> and <c>!</c> are written as <c>!</c> and four hexadecimal digits.
/// </summary>
internal static class TableKey
{
    private const char Escape = '!';

    public static string Encode(string key)
    {
        var from = key.AsSpan().IndexOfAny(['/', '\\', '#', '?', '%', Escape]);
        if (from < 0 && !key.Any(char.IsControl))
            return key;
        var encoded = new StringBuilder(key.Length + 8);
        foreach (var character in key)
        {
            if (character is '/' or '\\' or '#' or '?' or '%' or Escape || char.IsControl(character))
                encoded.Append(Escape).Append(CultureInfo.InvariantCulture, $"{(int)character:X4}");
            else
                encoded.Append(character);
        }

        return encoded.ToString();
    }

    public static string Decode(string key)
    {
        if (!key.Contains(Escape, StringComparison.Ordinal))
            return key;
        var decoded = new StringBuilder(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] != Escape)
            {
                decoded.Append(key[i]);
                continue;
            }

            decoded.Append((char)int.Parse(key.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            i += 4;
        }

        return decoded.ToString();
    }
}

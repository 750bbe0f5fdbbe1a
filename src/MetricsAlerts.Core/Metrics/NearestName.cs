namespace MetricsAlerts.Metrics;

/// <summary>What somebody may have meant who wrote a name that there is not.</summary>
public static class NearestName
{
    /// <summary>
    /// The name that differs least: in case only, or in at most two characters and a quarter of them; null when none is near.
    /// </summary>
    /// <param name="name">What was written.</param>
    /// <param name="names">The names that there are.</param>
    public static string? Of(string name, IEnumerable<string> names)
    {
        var most = Math.Min(2, name.Length / 4);
        return names
            .Select(known => (Name: known, Distance: Distance(name.ToUpperInvariant(), known.ToUpperInvariant())))
            .Where(known => known.Distance <= most)
            .OrderBy(known => known.Distance).ThenBy(known => known.Name, StringComparer.Ordinal)
            .Select(known => known.Name)
            .FirstOrDefault();
    }

    /// <summary>
    /// How many characters must be added, removed or replaced. Source: R. A. Wagner, M. J. Fischer, "The String-to-String Correction
    /// Problem", 1974.
    /// </summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}

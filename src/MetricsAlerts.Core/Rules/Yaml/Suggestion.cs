
namespace MetricsAlerts.Rules.Yaml;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Suggestion
{
    /// <summary><c> Did you mean 'below'?</c>, or an empty text when nothing is near.</summary>
    public static string For(string found, IEnumerable<string> allowed)
    {
        var best = allowed
            .Select(candidate => (Candidate: candidate, Distance: Distance(found.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.Distance)
            .FirstOrDefault();
        return best.Candidate is not null && best.Distance <= Math.Max(1, found.Length / 3) ? $" Did you mean '{best.Candidate}'?" : "";
    }

    /// <summary>Levenshtein distance: insertions, deletions and substitutions from one text to the other.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substitution = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}

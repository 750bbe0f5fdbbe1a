namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>How well a classifier's probabilities order the rows.</summary>
internal static class Ranking
{
    /// <summary>
    /// The Mann–Whitney statistic: the share of pairs of a positive and a negative row that the probability orders rightly, ties
    /// counting half. Source: J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating
    /// characteristic (ROC) curve", Radiology 143 (1982).
    /// </summary>
    public static double? AreaUnderCurve(IReadOnlyList<ScoredRow> rows)
    {
        var sorted = Sorted(rows);
        var rankSum = 0.0;
        var positives = 0L;
        for (var from = 0; from < sorted.Length;)
        {
            var to = EndOfTie(sorted, from);
            for (var i = from; i < to; i++)
            {
                if (sorted[i].Actual <= 0)
                    continue;
                positives++;
                rankSum += (from + 1 + to) / 2.0;
            }

            from = to;
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0 ? null : (rankSum - (positives * (positives + 1) / 2.0)) / (positives * negatives);
    }

    /// <summary>
    /// Twice the area under the curve less one. Source: D. J. Hand, R. J. Till, "A Simple Generalisation of the Area Under the ROC
    /// Curve for Multiple Class Classification Problems", Machine Learning 45 (2001).
    /// </summary>
    public static double? NormalizedGini(IReadOnlyList<ScoredRow> rows) => (2 * AreaUnderCurve(rows)) - 1;

    /// <summary>
    /// The largest distance between the distributions of the probability among positive and negative rows. Source: W. J. Conover,
    /// "Practical Nonparametric Statistics", 3rd ed., Wiley 1999, ch. 6.3.
    /// </summary>
    public static double? KolmogorovSmirnov(IReadOnlyList<ScoredRow> rows)
    {
        var sorted = Sorted(rows);
        var positives = sorted.LongCount(row => row.Actual > 0);
        var negatives = sorted.Length - positives;
        if (positives == 0 || negatives == 0)
            return null;
        var (largest, positivesBelow, negativesBelow) = (0.0, 0L, 0L);
        for (var from = 0; from < sorted.Length;)
        {
            var to = EndOfTie(sorted, from);
            for (; from < to; from++)
            {
                if (sorted[from].Actual > 0)
                    positivesBelow++;
                else
                    negativesBelow++;
            }

            largest = Math.Max(largest, Math.Abs((negativesBelow / (double)negatives) - (positivesBelow / (double)positives)));
        }

        return largest;
    }

    /// <summary>
    /// The share of positive rows among the <paramref name="share"/> of rows with the highest probabilities, at least one row.
    /// Source: DataRobot's documentation, "Optimization metrics", Rate@Top5%; that parts of a row count as one is our reading.
    /// </summary>
    public static double? RateAtTop(IReadOnlyList<ScoredRow> rows, double share)
    {
        var top = Math.Max(1, (int)Math.Ceiling(Math.Round(rows.Count * share, 9)));
        return Sorted(rows).AsSpan()[^top..].ToArray().Count(row => row.Actual > 0) / (double)top;
    }

    private static ScoredRow[] Sorted(IReadOnlyList<ScoredRow> rows)
    {
        ScoredRow[] sorted = [.. rows];
        Array.Sort(sorted, (one, other) => one.Predicted.CompareTo(other.Predicted));
        return sorted;
    }

    private static int EndOfTie(ScoredRow[] sorted, int from)
    {
        var to = from;
        while (to < sorted.Length && sorted[to].Predicted == sorted[from].Predicted)
            to++;
        return to;
    }
}

using System.Runtime.InteropServices;

namespace MetricsAlerts.Simulator.World;

/// <summary>Accuracy metrics of a binary classifier over rows with actuals.</summary>
public static class ClassificationStatistics
{
    /// <summary>The metrics that can be computed.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ["Accuracy", "LogLoss", "AUC"];

    /// <summary>The metric over <paramref name="rows"/>; null when it is not defined for them.</summary>
    public static double? Compute(string metric, List<(double Probability, bool Actual)> rows) => rows.Count == 0 ? null : metric switch
    {
        "Accuracy" => rows.Count(row => row.Probability >= 0.5 == row.Actual) / (double)rows.Count,
        "LogLoss" => LogLoss(rows),
        "AUC" => AreaUnderCurve(rows),
        _ => throw new ArgumentException($"'{metric}' is not computed here; allowed: {string.Join(", ", Metrics)}.", nameof(metric)),
    };

    /// <summary>Mean of −ln of the probability given to what came true, probabilities kept 1e-15 from 0 and 1.</summary>
    private static double LogLoss(List<(double Probability, bool Actual)> rows)
    {
        var sum = 0.0;
        foreach (var (probability, actual) in rows)
            sum -= Math.Log(Math.Clamp(actual ? probability : 1 - probability, 1e-15, 1));
        return sum / rows.Count;
    }

    /// <summary>
    /// The Mann–Whitney statistic: the share of pairs of a positive and a negative row that the probability orders rightly, ties
    /// counting half. Source: J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating
    /// characteristic (ROC) curve", Radiology 143 (1982).
    /// </summary>
    private static double? AreaUnderCurve(List<(double Probability, bool Actual)> rows)
    {
        var sorted = CollectionsMarshal.AsSpan(rows).ToArray();
        Array.Sort(sorted, (one, other) => one.Probability.CompareTo(other.Probability));
        var rankSum = 0.0;
        var positives = 0L;
        for (var from = 0; from < sorted.Length;)
        {
            var to = from;
            while (to < sorted.Length && sorted[to].Probability == sorted[from].Probability)
                to++;
            for (var i = from; i < to; i++)
            {
                if (!sorted[i].Actual)
                    continue;
                positives++;
                rankSum += (from + 1 + to) / 2.0;
            }

            from = to;
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0 ? null : (rankSum - (positives * (positives + 1) / 2.0)) / (positives * negatives);
    }
}

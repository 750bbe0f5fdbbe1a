namespace MetricsAlerts.Simulator.World;

/// <summary>
/// The population stability index of two histograms: Σ (p − q) ln(p / q), empty bins counted as half a row.
/// Source: N. Siddiqi, "Credit Risk Scorecards", Wiley 2006, ch. 8.
/// </summary>
internal static class PopulationStability
{
    private const int Bins = 10;

    public static long[] Histogram(ReadOnlySpan<Prediction> predictions, Func<Prediction, bool> counts)
    {
        var histogram = new long[Bins];
        foreach (ref readonly var prediction in predictions)
        {
            if (counts(prediction))
                histogram[Math.Min(Bins - 1, (int)(prediction.Probability * Bins))]++;
        }

        return histogram;
    }

    public static Statistic Compare(long[] now, long[] before)
    {
        var (rows, rowsBefore) = (now.Sum(), before.Sum());
        if (rows == 0 || rowsBefore == 0)
            return new(null, rows);
        var index = 0.0;
        for (var bin = 0; bin < Bins; bin++)
        {
            var (share, shareBefore) = (Math.Max(0.5, now[bin]) / rows, Math.Max(0.5, before[bin]) / rowsBefore);
            index += (share - shareBefore) * Math.Log(share / shareBefore);
        }

        return new(Math.Round(index, 6), rows);
    }
}

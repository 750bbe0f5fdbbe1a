namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>How the distance between two distributions is measured.</summary>
public enum DriftMetric
{
    /// <summary>The population stability index.</summary>
    Psi,

    /// <summary>The Kullback–Leibler divergence of now from the baseline, in nats.</summary>
    KullbackLeibler,

    /// <summary>The share of rows that would have to move.</summary>
    Dissimilarity,

    /// <summary>The Hellinger distance.</summary>
    Hellinger,

    /// <summary>The Jensen–Shannon divergence, in nats.</summary>
    JensenShannon,
}

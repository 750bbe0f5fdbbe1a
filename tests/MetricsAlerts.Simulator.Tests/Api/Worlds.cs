namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>Worlds that answers are asked for in.</summary>
internal static class Worlds
{
    /// <summary>Everything that a deployment can have, and lack.</summary>
    public const string Everything =
        """
        start: 2026-01-05T00:00:00Z
        duration: 3d
        deployments:
          - label: complete
            hosts: [10.0.0.1, 10.0.0.2]
            rowsPerHour: 20
            features: [age, income, region]
            customMetrics: [{ name: Cost per call, units: $, value: 12 }, { name: Plain, value: 0 }]
          - label: regression
            targetType: Regression
            importance: LOW
            hosts: [10.0.0.1]
            rowsPerHour: 20
            features: [age]
          - { label: no-ids, rowsPerHour: 5, associationId: false, drift: false }
          - { label: no-segments, rowsPerHour: 5, segmentAnalysis: false }
          - { label: no-collection, rowsPerHour: 5, dataCollection: false }
          - { label: no-actuals, rowsPerHour: 5, troubles: [{ kind: actualsStop }] }
          - label: replaced
            importance: CRITICAL
            rowsPerHour: 20
            features: [age]
            customMetrics: [{ name: Cost per call, value: 12 }]
            troubles: [{ kind: modelReplaced, from: 2d }]
        """;
}

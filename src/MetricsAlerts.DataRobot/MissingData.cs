using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.DataRobot;

/// <summary>Says from a deployment's settings why a metric has no values, and what to do.</summary>
internal static class MissingData
{
    public static string Explain(string metric, string label, SettingsModel settings)
    {
        if (settings.PredictionsDataCollection is { Enabled: false })
            return $"Deployment '{label}' does not collect its predictions, so there is no {metric}. Turn data collection on in the " +
                $"deployment's settings.";
        if (metric == MetricNames.TargetDrift)
        {
            return settings.TargetDrift is { Enabled: false }
                ? $"Deployment '{label}' does not track the drift of its target. Turn target monitoring on in the deployment's settings."
                : NoPredictions(metric, label);
        }

        if (MetricCatalogue.Find(metric).Family == MetricFamily.Drift)
        {
            return settings.FeatureDrift is { Enabled: false }
                ? $"Deployment '{label}' does not track the drift of its features. Turn feature drift tracking on in the " +
                    $"deployment's settings."
                : NoPredictions(metric, label);
        }

        return settings.AssociationId?.ColumnNames is not { Count: > 0 }
            ? $"Deployment '{label}' has no association id, so actuals cannot be matched and there is no {metric}. Set one in the " +
                $"deployment's settings."
            : $"No actuals have arrived for deployment '{label}' in this time span, so there is no {metric} yet.";
    }

    private static string NoPredictions(string metric, string label) =>
        $"Deployment '{label}' made no predictions in this time span, so there is no {metric}.";
}

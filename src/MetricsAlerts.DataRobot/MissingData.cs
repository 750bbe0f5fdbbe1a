using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.DataRobot;

/// <summary>Says from a deployment's settings why a metric has no values, and what to do.</summary>
internal static class MissingData
{
    public static string Explain(SeriesQuery query, Deployment deployment, SettingsModel settings)
    {
        var (metric, label) = (query.Series.Metric, deployment.Label);
        if (settings.PredictionsDataCollection is { Enabled: false })
            return $"Deployment '{label}' does not collect its predictions, so there is no {metric}. Turn data collection on in the " +
                $"deployment's settings.";
        if (metric == MetricNames.TargetDrift && settings.TargetDrift is { Enabled: false })
            return $"Deployment '{label}' does not track the drift of its target. Turn target monitoring on in the deployment's settings.";
        var isDrift = MetricCatalogue.Find(metric).Family == MetricFamily.Drift;
        if (isDrift && metric != MetricNames.TargetDrift && settings.FeatureDrift is { Enabled: false })
            return $"Deployment '{label}' does not track the drift of its features. Turn feature drift tracking on in the deployment's " +
                $"settings.";
        if (!isDrift && settings.AssociationId?.ColumnNames is not { Count: > 0 })
            return $"Deployment '{label}' has no association id, so actuals cannot be matched and there is no {metric}. Set one in the " +
                $"deployment's settings.";
        return IsBeforeTheModel(query, deployment) is { } since
            ? $"The model of deployment '{label}' answers since {Timestamps.Format(since)} only, so there is no {metric} of it in this " +
                $"time span; what came before belongs to the model that it replaced."
            : isDrift
            ? $"Deployment '{label}' made no predictions in this time span, so there is no {metric}."
            : $"No actuals have arrived for {WhatOf(query, deployment)} in this time span, so there is no {metric} yet.";
    }

    /// <summary>Since when the current model answers, where that is after what was asked for; null when it is not, or not known.</summary>
    private static DateTimeOffset? IsBeforeTheModel(SeriesQuery query, Deployment deployment) =>
        (query.ModelId is null || query.ModelId == deployment.ModelId) && deployment.ModelSince is { } since && since >= query.End
            ? since
            : null;

    /// <summary>Statistics are of one model: actuals of another may well have come.</summary>
    private static string WhatOf(SeriesQuery query, Deployment deployment) =>
        (query.ModelId ?? deployment.ModelId) is not { } model
            ? $"deployment '{deployment.Label}'"
            : query.ModelId is null || query.ModelId == deployment.ModelId
            ? $"the current model {model} of deployment '{deployment.Label}' (a model that it replaced has its own, see --model)"
            : $"the model {model} of deployment '{deployment.Label}'";
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>What one window did to an alert.</summary>
/// <param name="Change">What happened, or <see cref="Change.None"/>.</param>
/// <param name="Reason">Why.</param>
public readonly record struct StepResult(Change Change, EvaluationReason Reason);

using MetricsAlerts.Alerts;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>What one window did to an alert.</summary>
/// <param name="Transition">What happened, or <see cref="Transition.None"/>.</param>
/// <param name="Reason">Why.</param>
public readonly record struct StepResult(Transition Transition, EvaluationReason Reason);

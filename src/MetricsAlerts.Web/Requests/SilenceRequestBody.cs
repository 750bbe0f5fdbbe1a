using System.Text.Json;

namespace MetricsAlerts.Web.Requests;

/// <summary>A silence that somebody asks for.</summary>
/// <param name="Match">
/// A glob for each label, all of which must match: <c>{"rule":"accuracy-*","deployment":"credit-risk"}</c>. Labels are severity, rule,
/// deployment, deploymentId, instance, metric, family, condition, and those of rules.
/// </param>
/// <param name="Start">From when on; now, when it is left out.</param>
/// <param name="Duration">How long, such as <c>4h</c>; at most 365 days.</param>
/// <param name="CreatedBy">Who asks, at most 200 characters.</param>
/// <param name="Comment">Why, at most 1000 characters.</param>
public sealed record SilenceRequestBody(
    JsonElement? Match, DateTimeOffset? Start, string? Duration, string? CreatedBy, string? Comment);

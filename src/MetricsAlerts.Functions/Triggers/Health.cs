using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>Answers whether the app can read its rules.</summary>
public sealed class Health(RuleStore rules)
{
    [Function(nameof(Health))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "healthz")] HttpRequest request, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        return new OkObjectResult(new { status = "ok", rules = ruleSet.Enabled.Count });
    }
}

using MetricsAlerts.Rules;

namespace MetricsAlerts.Operations.Health;

/// <summary>Whether the rules can be read.</summary>
internal sealed class RulesHealth(RuleStore rules) : IHealthCheck
{
    public string Name => "rules";

    public bool IsVital => true;

    public async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        await rules.GetAsync(cancellationToken);
        return null;
    }
}

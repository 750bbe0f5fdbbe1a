using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Operations.Health;

/// <summary>Whether every channel could be used: its secrets are found and its address is one.</summary>
public sealed class ChannelHealth(RuleStore rules, IChannelFactory channels) : IHealthCheck
{
    /// <inheritdoc/>
    public string Name => "channels";

    /// <inheritdoc/>
    public bool IsVital => false;

    /// <inheritdoc/>
    public async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        var problems = FindProblems((await rules.GetAsync(cancellationToken)).Channels.Values);
        return problems.Count > 0 ? string.Join(' ', problems) : null;
    }

    /// <summary>Why channels cannot be used, a sentence for each.</summary>
    public IReadOnlyList<string> FindProblems(IEnumerable<ChannelDefinition> definitions) =>
        [.. definitions.OrderBy(definition => definition.Name, StringComparer.Ordinal).Select(ProblemOf).OfType<string>()];

    private string? ProblemOf(ChannelDefinition definition)
    {
        try
        {
            channels.Create(definition);
            return null;
        }
        catch (ChannelConfigurationException exception)
        {
            return exception.Message;
        }
    }
}

using MetricsAlerts.Evaluating;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Options;

namespace MetricsAlerts;

/// <summary>Refuses settings that contradict each other: what Collect finds, Evaluate must be able to use.</summary>
internal sealed class CollectionOptionsCheck(IOptions<EvaluationOptions> evaluation) : IValidateOptions<CollectionOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, CollectionOptions options)
    {
        var problems = new List<string>();
        if (options.LookBack > evaluation.Value.RevisionReach)
        {
            problems.Add(
                $"Collection:LookBack is {options.LookBack} and Evaluation:RevisionReach {evaluation.Value.RevisionReach}: late actuals " +
                "would be found and then ignored. RevisionReach must be at least LookBack.");
        }

        if (options.LateActualsEvery > options.LookBack)
        {
            problems.Add(
                $"Collection:LateActualsEvery is {options.LateActualsEvery} and Collection:LookBack {options.LookBack}: some late " +
                "actuals would never be looked for. LateActualsEvery must be at most LookBack.");
        }

        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}

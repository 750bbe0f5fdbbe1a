namespace MetricsAlerts.Simulator.Contract;

/// <summary>Something that the contract does not allow.</summary>
/// <param name="Where">The query key, or the place in the answer such as <c>$.data[0].id</c>; empty for the request as a whole.</param>
/// <param name="What">What was found and what is allowed.</param>
public sealed record ContractProblem(string Where, string What)
{
    /// <inheritdoc/>
    public override string ToString() => Where.Length == 0 ? What : $"{Where}: {What}";
}

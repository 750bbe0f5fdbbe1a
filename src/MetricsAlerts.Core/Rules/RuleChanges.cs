namespace MetricsAlerts.Rules;

/// <summary>What applying a rule file changed.</summary>
/// <param name="Added">Entities that were not stored before.</param>
/// <param name="Changed">Entities that were stored otherwise.</param>
/// <param name="Removed">Entities that are no longer stored.</param>
/// <param name="Unchanged">Entities that were stored like this already.</param>
public sealed record RuleChanges(int Added, int Changed, int Removed, int Unchanged)
{
    /// <summary>What is stored of sections that the file does not have, such as <c>2 channels</c>.</summary>
    public IReadOnlyList<string> LeftAlone { get; init; } = [];

    /// <summary>What is stored now and cannot work: names of channels that are not there.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Added} added, {Changed} changed, {Removed} removed, {Unchanged} unchanged" +
        (LeftAlone.Count > 0 ? $"; left alone, as the file does not have these sections: {string.Join(", ", LeftAlone)}" : "");
}

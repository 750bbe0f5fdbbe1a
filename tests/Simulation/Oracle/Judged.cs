namespace Simulation.Oracle;

/// <summary>What an alert should be.</summary>
/// <param name="IsOpen">Whether it is open.</param>
/// <param name="IsCritical">Whether it is critical rather than a warning.</param>
/// <param name="NoData">Whether values are missing.</param>
public readonly record struct Judged(bool IsOpen, bool IsCritical = false, bool NoData = false)
{
    /// <summary>Not open.</summary>
    public static Judged Closed => default;

    /// <inheritdoc/>
    public override string ToString() => !IsOpen ? "closed" : $"open {(IsCritical ? "critical" : "warning")}{(NoData ? " without data" : "")}";
}

using MetricsAlerts.Formats;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>Why an alert is not told, for now.</summary>
/// <param name="Reason">Such as <c>silence ID</c>, <c>maintenance NAME</c> or <c>inhibition by RULE on INSTANCE</c>.</param>
/// <param name="Until">When it ends; null when something else decides, as an inhibition's end.</param>
public sealed record Suppression(string Reason, DateTimeOffset? Until)
{
    /// <summary>What a suppression by a silence begins with.</summary>
    public const string BySilence = "silence ";

    /// <summary>What a suppression by a maintenance window begins with.</summary>
    public const string ByMaintenance = "maintenance ";

    /// <summary>What a suppression by an inhibition begins with.</summary>
    public const string ByInhibition = "inhibition by ";

    /// <inheritdoc/>
    public override string ToString() => Until is { } until ? $"{Reason} until {Timestamps.Format(until)}" : Reason;
}

namespace MetricsAlerts.Simulator;

/// <summary>How a simulated DataRobot behaves.</summary>
public sealed record SimulatorOptions
{
    /// <summary>A token that is always refused with 401.</summary>
    public const string BadToken = "bad";

    /// <summary>A token whose user may see no deployment: 403.</summary>
    public const string TokenWithoutRights = "no-rights";

    /// <summary>The port on loopback; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The one token that is accepted; null for any but <see cref="BadToken"/> and <see cref="TokenWithoutRights"/>.</summary>
    public string? Token { get; init; }

    /// <summary>How it behaves where sources leave it open.</summary>
    public StrictSwitches Strict { get; init; } = StrictSwitches.Default;
}

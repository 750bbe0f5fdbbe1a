namespace MetricsAlerts.Channels;

/// <summary>Finds secrets by name.</summary>
public interface ISecretSource
{
    /// <summary>The secret, or null when there is none of this name.</summary>
    string? Find(string name);
}

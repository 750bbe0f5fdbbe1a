using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.DataRobot;

/// <summary>The section <c>DataRobot</c>.</summary>
public sealed record DataRobotOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "DataRobot";

    /// <summary>The API's base, such as <c>https://app.datarobot.com/api/v2</c>; http only for loopback.</summary>
    [Required]
    public Uri? Endpoint { get; init; }

    /// <summary>The API token.</summary>
    [Required]
    public string ApiToken { get; init; } = "";

    /// <summary>Requests at the same time, 1 to 128. Default 8.</summary>
    [Range(1, 128)]
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>How long the hosts of a deployment are remembered. Default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RememberHosts { get; init; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is { IsAbsoluteUri: false } || (Endpoint is { } address && address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            yield return new("DataRobot:Endpoint must be an https address; http is accepted for loopback only.", [nameof(Endpoint)]);
    }
}

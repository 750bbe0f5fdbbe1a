using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.DataRobot;

/// <summary>The section <c>DataRobot</c>.</summary>
public sealed record DataRobotOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "DataRobot";

    private const string Base = "/api/v2";

    /// <summary>The API's base, such as <c>https://app.datarobot.com/api/v2</c>; http only for loopback.</summary>
    [Required]
    public Uri? Endpoint { get; init; }

    /// <summary>The API token.</summary>
    [Required]
    public string ApiToken { get; init; } = "";

    /// <summary>Requests at the same time, 1 to 128. Default 8.</summary>
    [Range(1, 128)]
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>Requests in a second, retries included, shared by everything in the process, 1 to 100,000. Default 20.</summary>
    [Range(1, 100_000)]
    public int MaxRequestsPerSecond { get; init; } = 20;

    /// <summary>
    /// The wait before the first repetition of a request that failed for a moment; it doubles with each of the four. Default 1
    /// second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one attempt of a request may take. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what seldom changes is remembered: a deployment's hosts, settings and custom metrics. Default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Remember { get; init; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not { } address)
            yield break;
        if (!address.IsAbsoluteUri ||
            (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            yield return new(
                $"DataRobot:Endpoint is {address}; it must be an address that begins with https://, or for loopback with http://.",
                [nameof(Endpoint)]);
        else if (!address.AbsolutePath.TrimEnd('/').EndsWith(Base, StringComparison.Ordinal))
            yield return new(
                $"DataRobot:Endpoint is {address}; the address of the API ends in {Base}, such as {BaseOf(address)}.", [nameof(Endpoint)]);
    }

    /// <summary>Every request to another address would end in a 404 that says nothing.</summary>
    private static string BaseOf(Uri address)
    {
        var path = address.AbsolutePath.TrimEnd('/');
        var before = path.IndexOf("/api", StringComparison.Ordinal) is >= 0 and var at ? path[..at] : path;
        return $"{address.GetLeftPart(UriPartial.Authority)}{before}{Base}";
    }
}

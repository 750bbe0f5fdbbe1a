using MetricsAlerts.DataRobot;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>
/// Refuses an endpoint that is not the base of DataRobot's API: every request to another address would end in a 404 that says
/// nothing.
/// </summary>
internal sealed class DataRobotEndpoint : IValidateOptions<DataRobotOptions>
{
    private const string Base = "/api/v2";

    public ValidateOptionsResult Validate(string? name, DataRobotOptions options)
    {
        if (options.Endpoint is not { IsAbsoluteUri: true } endpoint)
            return ValidateOptionsResult.Success;
        var path = endpoint.AbsolutePath.TrimEnd('/');
        if (path.EndsWith(Base, StringComparison.Ordinal))
            return ValidateOptionsResult.Success;
        var before = path.IndexOf("/api", StringComparison.Ordinal) is >= 0 and var at ? path[..at] : path;
        return ValidateOptionsResult.Fail(
            $"DataRobot:Endpoint is {endpoint}; the address of the API ends in {Base}, " +
            $"such as {endpoint.GetLeftPart(UriPartial.Authority)}{before}{Base}.");
    }
}

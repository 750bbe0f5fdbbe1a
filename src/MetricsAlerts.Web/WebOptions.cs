using MetricsAlerts.Formats;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Web;

/// <summary>The section <c>Web</c>.</summary>
public sealed record WebOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Web";

    /// <summary>Characters that a key has at least.</summary>
    public const int ShortestKey = 16;

    /// <summary>What an operator sends.</summary>
    public string? ApiKey { get; init; }

    /// <summary>What a reader sends.</summary>
    public string? ReadKey { get; init; }

    /// <summary>Whether roles of who has signed in through App Service authentication are believed.</summary>
    public bool EntraRoles { get; init; }

    /// <summary>Whether anybody can be told from anybody else.</summary>
    public bool HasKey => ApiKey is { Length: > 0 } || ReadKey is { Length: > 0 };
}

/// <summary>
/// Refuses keys that could be guessed, and one that would make an operator of every reader. The vault may not have them yet.
/// </summary>
internal sealed class WebOptionsCheck : IValidateOptions<WebOptions>
{
    public ValidateOptionsResult Validate(string? name, WebOptions options)
    {
        var problems = new List<string>();
        Check(ApiAccess.OperatorKey, options.ApiKey, problems);
        Check(ApiAccess.ReaderKey, options.ReadKey, problems);
        if (options.ApiKey is { Length: > 0 } key && key == options.ReadKey && !UnresolvedReference.Is(key))
            problems.Add($"{ApiAccess.OperatorKey} and {ApiAccess.ReaderKey} are the same; every reader would be an operator.");
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    private static void Check(string setting, string? key, List<string> problems)
    {
        if (key is not { Length: > 0 } || UnresolvedReference.Is(key))
            return;
        if (key.Length < WebOptions.ShortestKey)
            problems.Add(
                $"{setting} has {key.Length} characters; expected at least {WebOptions.ShortestKey}, such as openssl rand -hex 16.");
        else if (key.Any(character => character is <= ' ' or > '~'))
            problems.Add($"{setting} has a character that no header can carry; expected printable ASCII without spaces.");
    }
}

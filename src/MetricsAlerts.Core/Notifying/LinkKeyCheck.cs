using MetricsAlerts.Formats;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Notifying;

/// <summary>Refuses a key of signed links that could be guessed: without a word there would be no links. The vault may not have it yet.</summary>
internal sealed class LinkKeyCheck : IValidateOptions<NotifyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, NotifyOptions options) =>
        options.LinkKey is { Length: > 0 and < SignedLinks.ShortestKey } key && !UnresolvedReference.Is(key)
            ? ValidateOptionsResult.Fail($"Notify:LinkKey has {key.Length} characters; expected at least {SignedLinks.ShortestKey}.")
            : ValidateOptionsResult.Success;
}

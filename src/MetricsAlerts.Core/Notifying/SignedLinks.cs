using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying.Muting;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Notifying;

/// <summary>Links to the API that need no login, are for one thing and end by themselves: signed with HMAC-SHA256.</summary>
public sealed class SignedLinks(IOptions<NotifyOptions> options, TimeProvider time)
{
    /// <summary>Characters that a key has at least.</summary>
    public const int ShortestKey = 32;

    /// <summary>Whether there are any: a public address and a key of at least 32 characters are set.</summary>
    public bool IsOn => options.Value is { PublicAddress: not null, LinkKey: { Length: >= ShortestKey } key } && !UnresolvedReference.Is(key);

    /// <summary>The chart of an alert; null when links are off.</summary>
    public Uri? Chart(Alert alert) => Link("chart.png", alert);

    /// <summary>The page of an alert; null when links are off.</summary>
    public Uri? Alert(Alert alert) => Link("alert", alert);

    /// <summary>The page that silences an alert after a question; null when links are off.</summary>
    public Uri? Silence(Alert alert) => Link("silence", alert);

    /// <summary>Whether a link with these parts was made here and has not ended.</summary>
    public bool IsValid(string page, string deploymentId, string alertId, string expires, string signature) =>
        IsOn && Timestamps.TryParse(expires, out var until) && until > time.GetUtcNow() &&
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(page, deploymentId, alertId, expires)), Encoding.ASCII.GetBytes(signature));

    private Uri? Link(string page, Alert alert)
    {
        if (!IsOn)
            return null;
        var (deployment, id) = (alert.Key.DeploymentId, alert.Key.Id);
        var expires = Timestamps.Format(Timestamps.Floor(time.GetUtcNow(), TimeSpan.FromHours(1)) + options.Value.LinkLifetime);
        return new(options.Value.PublicAddress!, $"links/{page}?deployment={Uri.EscapeDataString(deployment)}&alert={Uri.EscapeDataString(id)}&expires={Uri.EscapeDataString(expires)}&sig={Sign(page, deployment, id, expires)}");
    }

    private string Sign(string page, string deploymentId, string alertId, string expires) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.LinkKey!), Encoding.UTF8.GetBytes($"{page}\n{deploymentId}\n{alertId}\n{expires}")));
}

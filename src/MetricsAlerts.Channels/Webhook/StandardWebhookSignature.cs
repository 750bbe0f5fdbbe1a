using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MetricsAlerts.Channels.Webhook;

/// <summary>
/// Signs a message as the Standard Webhooks specification says: HMAC-SHA256 of <c>id.timestamp.body</c>. During a rotation there
/// are several secrets, separated by spaces, and as many signatures.
/// </summary>
internal static class StandardWebhookSignature
{
    private const string Prefix = "whsec_";

    public static IReadOnlyList<(string Name, string Value)> Headers(string id, DateTimeOffset now, ReadOnlySpan<byte> body, string secrets)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = new byte[Encoding.UTF8.GetByteCount(id) + timestamp.Length + 2 + body.Length];
        var head = Encoding.UTF8.GetBytes($"{id}.{timestamp}.", signed);
        body.CopyTo(signed.AsSpan(head));
        var signatures = secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(
            secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), signed))}");
        return [("webhook-timestamp", timestamp), ("webhook-signature", string.Join(' ', signatures))];
    }

    /// <summary>Whether every secret is written <c>whsec_</c> and base64.</summary>
    public static bool IsValid(string secrets) =>
        secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } all &&
        all.All(
            secret =>
                secret.StartsWith(Prefix, StringComparison.Ordinal) &&
                    Convert.TryFromBase64String(secret[Prefix.Length..], new byte[secret.Length], out var length) &&
                    length >= 24);

    private static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[Prefix.Length..]);
}

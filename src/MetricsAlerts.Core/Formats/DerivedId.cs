using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MetricsAlerts.Formats;

/// <summary>Ids that are derived from what they identify, so that a replay makes the same ones.</summary>
public static class DerivedId
{
    /// <summary>The first 16 bytes of the SHA-256 of the parts, each ended by a zero byte, as 22 characters of base64url.</summary>
    public static string From(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, 16));
    }
}

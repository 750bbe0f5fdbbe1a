using System.Buffers.Text;

namespace MetricsAlerts.Web.Alertmanager;

/// <summary>Ids of silences as UUIDs, which Alertmanager's clients expect.</summary>
internal static class SilenceIds
{
    private const string OfLinks = "link-";
    private const int Bytes = 16;

    /// <summary>The id with hyphens; one that stands for no 16 bytes as it is.</summary>
    public static string ToUuid(string id)
    {
        if (Guid.TryParseExact(id, "N", out var uuid))
            return uuid.ToString("D");
        Span<byte> bytes = stackalloc byte[Bytes];
        return id.StartsWith(OfLinks, StringComparison.Ordinal) &&
            Base64Url.TryDecodeFromChars(id.AsSpan(OfLinks.Length), bytes, out var written) && written == Bytes
            ? new Guid(bytes, bigEndian: true).ToString("D")
            : id;
    }

    /// <summary>The ids that a UUID may stand for.</summary>
    public static IReadOnlyList<string> Of(string uuid) => Guid.TryParse(uuid, out var parsed)
        ? [parsed.ToString("N"), OfLinks + Base64Url.EncodeToString(parsed.ToByteArray(bigEndian: true))]
        : [uuid];
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace MetricsAlerts.Channels.Tests;

internal static class PrettyOptions
{
    public static JsonSerializerOptions Instance { get; } = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsAlerts.Formats;

/// <summary>An enumeration in JSON as its names in lower case: <c>"critical"</c>.</summary>
public sealed class LowerCaseEnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text && EnumNames.TryParse<T>(text, out var value)
            ? value
            : throw new JsonException($"Expected one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString().ToLowerInvariant());
}

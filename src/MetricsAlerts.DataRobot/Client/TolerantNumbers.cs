using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsAlerts.DataRobot.Client;

/// <summary>A number that may be written as text; one that is not finite is no number, and does not cost the rest of the answer.</summary>
internal sealed class FiniteNumber : JsonConverter<double?>
{
    public override double? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryRead(ref reader, out var number) && double.IsFinite(number) ? number : null;

    public override void Write(Utf8JsonWriter writer, double? value, JsonSerializerOptions options)
    {
        if (value is { } number)
            writer.WriteNumberValue(number);
        else
            writer.WriteNullValue();
    }

    public static bool TryRead(ref Utf8JsonReader reader, out double number)
    {
        number = double.NaN;
        return reader.TokenType switch
        {
            JsonTokenType.Null => false,
            JsonTokenType.Number => reader.TryGetDouble(out number),
            JsonTokenType.String => double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => throw new JsonException(),
        };
    }
}

/// <summary>A count that may be written as text or with a fraction; one that no count can be is none.</summary>
internal sealed class Count : JsonConverter<long?>
{
    private const double Most = 1e15;

    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FiniteNumber.TryRead(ref reader, out var number) && number is >= 0 and <= Most ? (long)number : null;

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options)
    {
        if (value is { } number)
            writer.WriteNumberValue(number);
        else
            writer.WriteNullValue();
    }
}

using System.Text.Json;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>The part of JSON Schema (draft 7) that the contract uses.</summary>
/// <param name="definitions">What <c>#/definitions/NAME</c> refers to.</param>
/// <remarks>Source: A. Wright, H. Andrews, "JSON Schema Validation", draft-handrews-json-schema-validation-01, 2018.</remarks>
internal sealed class JsonSchema(JsonElement definitions)
{
    private const string Definition = "#/definitions/";

    /// <summary>What of a value is not as its schema wants it.</summary>
    public IReadOnlyList<ContractProblem> Check(JsonElement schema, JsonElement value)
    {
        var problems = new List<ContractProblem>();
        Check(schema, value, "$", problems);
        return problems;
    }

    private void Check(JsonElement schema, JsonElement value, string where, List<ContractProblem> problems)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            schema = definitions.GetProperty(reference.GetString()![Definition.Length..]);
        if (schema.TryGetProperty("anyOf", out var any) && !IsAny(any, value, where))
            problems.Add(new(where, $"is {Shown(value)}, which is none of what is allowed there"));
        if (schema.TryGetProperty("type", out var type) && !IsOf(type, value))
        {
            problems.Add(new(where, $"is {Shown(value)}; {type} is expected"));
            return;
        }

        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
            problems.Add(new(where, $"is {Shown(value)}; allowed are {allowed}"));
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(schema, value, where, problems);
                break;
            case JsonValueKind.Array:
                CheckArray(schema, value, where, problems);
                break;
            case JsonValueKind.String:
                CheckText(schema, value.GetString()!, where, problems);
                break;
            case JsonValueKind.Number:
                CheckNumber(schema, value.GetDouble(), where, problems);
                break;
        }
    }

    private void CheckObject(JsonElement schema, JsonElement value, string where, List<ContractProblem> problems)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            problems.AddRange(
                required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(
                    name => new ContractProblem($"{where}.{name.GetString()}", "is required and missing")));
        }

        schema.TryGetProperty("properties", out var properties);
        schema.TryGetProperty("additionalProperties", out var additional);
        foreach (var property in value.EnumerateObject())
        {
            var place = $"{where}.{property.Name}";
            if (schema.TryGetProperty("propertyNames", out var names) && names.TryGetProperty("enum", out var allowed) &&
                !allowed.EnumerateArray().Any(name => name.ValueEquals(property.Name)))
                problems.Add(new(place, $"is no name that is allowed there; allowed are {allowed}"));
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(property.Name, out var own))
                Check(own, property.Value, place, problems);
            else if (additional.ValueKind == JsonValueKind.Object)
                Check(additional, property.Value, place, problems);
            else if (additional.ValueKind == JsonValueKind.False)
                problems.Add(new(place, "is not allowed there"));
        }
    }

    private void CheckArray(JsonElement schema, JsonElement value, string where, List<ContractProblem> problems)
    {
        if (schema.TryGetProperty("maxItems", out var most) && value.GetArrayLength() > most.GetInt32())
            problems.Add(new(where, $"has {value.GetArrayLength()} items; at most {most} are allowed"));
        if (!schema.TryGetProperty("items", out var items))
            return;
        foreach (var (index, item) in value.EnumerateArray().Index())
            Check(items, item, $"{where}[{index}]", problems);
    }

    private static void CheckText(JsonElement schema, string text, string where, List<ContractProblem> problems)
    {
        if (schema.TryGetProperty("minLength", out var least) && text.Length < least.GetInt32())
            problems.Add(new(where, $"has {text.Length} characters; at least {least} are expected"));
        if (schema.TryGetProperty("format", out var format) && format.ValueEquals("date-time") && !Rfc3339.TryParse(text, out _))
            problems.Add(new(where, $"is '{text}'; a time such as 2026-01-05T00:00:00Z is expected"));
    }

    private static void CheckNumber(JsonElement schema, double number, string where, List<ContractProblem> problems)
    {
        if (schema.TryGetProperty("minimum", out var minimum) && number < minimum.GetDouble())
            problems.Add(new(where, $"is {number}; {minimum} is the least"));
        if (schema.TryGetProperty("maximum", out var maximum) && number > maximum.GetDouble())
            problems.Add(new(where, $"is {number}; {maximum} is the most"));
    }

    private bool IsAny(JsonElement schemas, JsonElement value, string where) => schemas.EnumerateArray().Any(schema =>
    {
        var problems = new List<ContractProblem>();
        Check(schema, value, where, problems);
        return problems.Count == 0;
    });

    private static bool IsOf(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOf(one, value))
        : (type.GetString(), value.ValueKind) switch
        {
            ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
            ("number", JsonValueKind.Number) or ("null", JsonValueKind.Null) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("integer", JsonValueKind.Number) => Math.Floor(value.GetDouble()) == value.GetDouble(),
            _ => false,
        };

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : $"{text[..60]}…";
    }
}

using System.Text.Json;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>A query key of an endpoint.</summary>
public sealed record ContractParameter
{
    /// <summary>The key.</summary>
    public required string Name { get; init; }

    /// <summary>What its value is.</summary>
    public required ContractValue Value { get; init; }

    /// <summary>Whether it must be there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it may be there several times.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>How often it may be there, where that is limited.</summary>
    public int? MaxItems { get; init; }

    /// <summary>The values that are allowed; empty for any.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>The smallest number, inclusive; null for none.</summary>
    public double? Minimum { get; init; }

    /// <summary>The largest number, inclusive; null for none.</summary>
    public double? Maximum { get; init; }

    /// <summary>The value that the server takes when it is not there, where that is a text or a number; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>
    /// The value that the server takes for models of a kind, <c>classification</c> or <c>regression</c>; empty when it is the same.
    /// </summary>
    public IReadOnlyDictionary<string, string> DefaultByKind { get; init; } = new Dictionary<string, string>();

    /// <summary>The key that must be there when this one is there several times; null for none.</summary>
    public string? SeveralRequire { get; init; }

    internal static ContractParameter Read(JsonElement element) => new()
    {
        Name = element.GetProperty("name").GetString()!,
        Value = ValueOf(element),
        IsRequired = element.GetProperty("required").GetBoolean(),
        IsRepeated = element.GetProperty("repeated").GetBoolean(),
        MaxItems = element.TryGetProperty("maxItems", out var items) ? items.GetInt32() : null,
        Allowed = element.TryGetProperty("enum", out var allowed) ? [.. allowed.EnumerateArray().Select(value => value.GetString()!)] : [],
        Minimum = element.TryGetProperty("minimum", out var minimum) ? minimum.GetDouble() : null,
        Maximum = element.TryGetProperty("maximum", out var maximum) ? maximum.GetDouble() : null,
        Default = element.TryGetProperty("default", out var otherwise) && otherwise.ValueKind is not JsonValueKind.Object
            ? otherwise.ToString()
            : null,
        DefaultByKind = otherwise.ValueKind is JsonValueKind.Object
            ? otherwise.EnumerateObject().ToDictionary(kind => kind.Name, kind => kind.Value.GetString()!)
            : [],
        SeveralRequire = element.TryGetProperty("severalRequire", out var required) ? required.GetString() : null,
    };

    private static ContractValue ValueOf(JsonElement element)
    {
        var check = element.TryGetProperty("check", out var named) ? named.GetString() : null;
        return (check, element.GetProperty("type").GetString()) switch
        {
            ("fullHour", _) => ContractValue.FullHour,
            ("time", _) => ContractValue.Time,
            ("hours", _) => ContractValue.Hours,
            (null, "integer") => ContractValue.Integer,
            (null, "number") => ContractValue.Number,
            (null, "string" or "string|null") => ContractValue.Text,
            var other => throw new InvalidDataException(
                $"The contract's parameter {element.GetProperty("name")} has the check and type {other}; known are fullHour, time, hours " +
                "and integer, number, string, string|null."),
        };
    }
}

/// <summary>What the value of a query key is.</summary>
public enum ContractValue
{
    /// <summary>Any text, or one of those listed.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An RFC 3339 time with its zone.</summary>
    Time,

    /// <summary>An RFC 3339 time in UTC on a full hour.</summary>
    FullHour,

    /// <summary>An ISO 8601 duration that is a multiple of an hour and not longer than the period asked for.</summary>
    Hours,
}

using System.Globalization;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Simulator.Faults;

/// <summary>Something that goes wrong with the API for a share of the requests.</summary>
/// <param name="Kind">What: see <see cref="Allowed"/>.</param>
/// <param name="Rate">The share of requests, 0 to 1.</param>
public sealed record Fault(string Kind, double Rate)
{
    /// <summary>What a fault can be, for error messages.</summary>
    public const string Allowed =
        "a status from 400 to 599, or one of timeout, reset, half, html, types, huge, foreignNext, endless, with a rate from 0 to 1 " +
        "such as 429:0.1 (default: 1, every request)";

    private static readonly string[] Kinds = ["timeout", "reset", "half", "html", "types", "huge", "foreignNext", "endless"];

    /// <summary>From when on.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Until when.</summary>
    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Only requests whose path contains this text; null for all.</summary>
    public string? Path { get; init; }

    /// <summary>The status that it answers; null for the other kinds.</summary>
    public int? Status => int.TryParse(Kind, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;

    /// <summary>A fault, or null when the kind or the rate is not known.</summary>
    public static Fault? Of(string kind, double rate, DateTimeOffset from, DateTimeOffset to, string? path)
    {
        var fault = new Fault(kind, rate) { From = from, To = to, Path = path };
        return rate is >= 0 and <= 1 && (fault.Status is >= 400 and <= 599 || Kinds.Contains(kind)) ? fault : null;
    }

    /// <summary>Reads <c>KIND</c> or <c>KIND:RATE</c>.</summary>
    public static bool TryParse(string text, out Fault fault)
    {
        var parts = text.Split(':');
        fault = null!;
        var rate = 1.0;
        if (parts.Length > 2 || (parts.Length == 2 && !Numbers.TryParse(parts[1], out rate)))
            return false;
        fault = Of(parts[0], rate, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null)!;
        return fault is not null;
    }

    /// <summary>Whether the request is one of those.</summary>
    internal bool Strikes(string path, DateTimeOffset now, double chance) =>
        now >= From && now < To && chance < Rate && (Path is null || path.Contains(Path, StringComparison.OrdinalIgnoreCase));
}

using MetricsAlerts.Formats;

namespace MetricsAlerts.Messaging;

/// <summary>Session ids of at most 128 characters: readable where they fit.</summary>
public static class SessionId
{
    private const int MaxLength = 128;

    /// <summary>The parts joined by <c>/</c>, or an id derived from them when that is too long.</summary>
    public static string From(string first, string second)
    {
        var readable = $"{first}/{second}";
        return readable.Length <= MaxLength ? readable : DerivedId.From(first, second);
    }
}

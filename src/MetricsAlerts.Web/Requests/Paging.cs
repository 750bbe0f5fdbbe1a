using System.Globalization;
using MetricsAlerts.Web.Responses;

namespace MetricsAlerts.Web.Requests;

/// <summary>A part of a list: so many items, after the last one of the part before.</summary>
/// <param name="Limit">How many at most.</param>
/// <param name="After">The place of the last item before; empty for the first part.</param>
internal sealed record Paging(int Limit, string After)
{
    public const string LimitText = "How many at most, 1 to 1000. Default: 100.";
    public const string AfterText = "The next of the part before.";

    public const int Default = 100;
    public const int Most = 1000;

    /// <summary>Reads it from a query.</summary>
    /// <exception cref="RequestRefusedException">The limit is no number, or out of range.</exception>
    public static Paging Read(string? limit, string? after)
    {
        if (limit is null)
            return new(Default, after ?? "");
        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most
            ? new(number, after ?? "")
            : throw new RequestRefusedException($"limit: found '{limit}'; expected a number from 1 to {Most}.");
    }

    /// <summary>Takes one part of what comes.</summary>
    /// <param name="items">Items after <see cref="After"/>, in the order of their places.</param>
    /// <param name="placeOf">An item's place.</param>
    /// <param name="describe">What is said of an item; asked only of those that are in the part.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PageResponse<TResponse>> TakeAsync<T, TResponse>(
        IAsyncEnumerable<T> items, Func<T, string> placeOf, Func<T, ValueTask<TResponse>> describe, CancellationToken cancellationToken)
    {
        var taken = new List<TResponse>();
        var last = "";
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            if (taken.Count == Limit)
                return new(taken, last);
            taken.Add(await describe(item));
            last = placeOf(item);
        }

        return new(taken, null);
    }
}

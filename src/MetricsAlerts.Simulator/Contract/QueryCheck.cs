using System.Globalization;
using MetricsAlerts.Formats;
using Microsoft.Extensions.Primitives;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>Compares a query with the keys of an endpoint.</summary>
internal static class QueryCheck
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(7);

    public static IReadOnlyList<ContractProblem> Check(
        ContractEndpoint endpoint, IEnumerable<KeyValuePair<string, StringValues>> query, DateTimeOffset? now)
    {
        var problems = new List<ContractProblem>();
        var given = new Dictionary<string, StringValues>(query, StringComparer.Ordinal);
        foreach (var (key, values) in given)
        {
            if (endpoint.Parameter(key) is { } parameter)
                problems.AddRange(Check(parameter, values));
            else
                problems.Add(new(key, $"{key} is not allowed key"));
        }

        problems.AddRange(
            from parameter in endpoint.Query
            where parameter.SeveralRequire is { } other && !given.ContainsKey(other) &&
                given.TryGetValue(parameter.Name, out var several) && several.Count > 1
            select new ContractProblem(parameter.SeveralRequire!, $"is required with several {parameter.Name}"));
        problems.AddRange(
            endpoint.Query.Where(parameter => parameter.IsRequired && !given.ContainsKey(parameter.Name)).Select(
                parameter => new ContractProblem(parameter.Name, "is required")));
        if (problems.Count == 0 && endpoint.Parameter("start") is not null)
            problems.AddRange(CheckPeriod(endpoint, given, now));
        return problems;
    }

    /// <summary>The period that a query asks for; null when it depends on a now that is not known.</summary>
    public static (DateTimeOffset Start, DateTimeOffset End)? PeriodOf(
        IReadOnlyDictionary<string, StringValues> query, DateTimeOffset? now)
    {
        var end = Time(query, "end") ?? (now is { } known ? Timestamps.Floor(known, Hour) + Hour : null);
        var start = Time(query, "start") ?? end - DefaultPeriod;
        return start is { } from && end is { } to ? (from, to) : null;
    }

    private static IEnumerable<ContractProblem> CheckPeriod(
        ContractEndpoint endpoint, Dictionary<string, StringValues> query, DateTimeOffset? now)
    {
        if (PeriodOf(query, now) is not { } period)
            yield break;
        var (start, end) = period;
        if (start >= end)
        {
            yield return new("start", $"is {Timestamps.Format(start)}; it must be before the end, {Timestamps.Format(end)}");
            yield break;
        }

        if (endpoint.Parameter("bucketSize")?.Value == ContractValue.Hours && query.TryGetValue("bucketSize", out var size) &&
            BucketSize.TryParse(size.ToString(), out var bucket) && bucket.After(start) > end)
            yield return new("bucketSize", $"is {size}; it must not be longer than the period from start to end");
    }

    private static IEnumerable<ContractProblem> Check(ContractParameter parameter, StringValues values)
    {
        if (!parameter.IsRepeated && values.Count > 1)
            yield return new(parameter.Name, $"is there {values.Count} times; once is allowed");
        if (values.Count > parameter.MaxItems)
            yield return new(parameter.Name, $"is there {values.Count} times; at most {parameter.MaxItems} are allowed");
        foreach (var value in values)
        {
            if (ProblemOf(parameter, value ?? "") is { } problem)
                yield return new(parameter.Name, problem);
        }
    }

    private static string? ProblemOf(ContractParameter parameter, string value)
    {
        if (parameter.Allowed.Count > 0)
            return parameter.Allowed.Contains(value) ? null : $"is '{value}'; allowed are {string.Join(", ", parameter.Allowed)}";
        return parameter.Value switch
        {
            ContractValue.Integer => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? OutOfBounds(parameter, whole)
                : $"is '{value}'; a whole number is expected",
            ContractValue.Number => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) &&
                double.IsFinite(number)
                ? OutOfBounds(parameter, number)
                : $"is '{value}'; a number is expected",
            ContractValue.Time => Rfc3339.TryParse(value, out _) ? null : $"is '{value}'; a time such as 2026-01-05T00:00:00Z is expected",
            ContractValue.FullHour => Rfc3339.TryParse(value, out var time) && time.Offset == TimeSpan.Zero && time == Timestamps.Floor(
                time, Hour)
                ? null
                : $"is '{value}'; a full hour in UTC such as 2026-01-05T00:00:00Z is expected",
            ContractValue.Hours => BucketSize.TryParse(value, out _)
                ? null
                : $"is '{value}'; a multiple of one hour such as PT1H, PT6H, P1D, P7D or P1M is expected",
            _ => null,
        };
    }

    private static string? OutOfBounds(ContractParameter parameter, double number) =>
        number < parameter.Minimum ? $"is {Numbers.Format(number)}; {Numbers.Format(parameter.Minimum.Value)} is the least"
        : number > parameter.Maximum ? $"is {Numbers.Format(number)}; {Numbers.Format(parameter.Maximum.Value)} is the most"
        : null;

    private static DateTimeOffset? Time(IReadOnlyDictionary<string, StringValues> query, string key) =>
        query.TryGetValue(key, out var text) && Rfc3339.TryParse(text.ToString(), out var time) ? time : null;
}

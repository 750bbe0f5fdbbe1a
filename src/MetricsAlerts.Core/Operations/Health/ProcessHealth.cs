using MetricsAlerts.Rules;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Operations.Health;

/// <summary>Whether the process is well. What is wrong stands in the log, once for each time that it changes.</summary>
public sealed partial class ProcessHealth(
    IEnumerable<IHealthCheck> checks, RuleStore rules, TimeProvider time, ILogger<ProcessHealth> logger)
{
    /// <summary>A part that has not answered after this long is not well.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _logged = new(StringComparer.Ordinal);

    /// <summary>Looks at every part.</summary>
    public async Task<IReadOnlyList<HealthPart>> CheckAsync(CancellationToken cancellationToken)
    {
        var parts = new List<HealthPart>();
        foreach (var check in checks)
        {
            var problem = await ProblemOfAsync(check, cancellationToken);
            Note(check.Name, problem ?? "");
            parts.Add(new(check.Name, problem is null, check.IsVital));
        }

        return parts;
    }

    /// <summary>How many rules are enabled; null while they cannot be read.</summary>
    public async Task<int?> CountRulesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await rules.GetAsync(cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken)).Enabled.Count;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<string?> ProblemOfAsync(IHealthCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => check.FindProblemAsync(cancellationToken), cancellationToken)
                .WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{exception.GetType().Name}: {exception.Message}";
        }
    }

    private void Note(string part, string problem)
    {
        lock (_logged)
        {
            if (_logged.GetValueOrDefault(part, "") == problem)
                return;
            _logged[part] = problem;
        }

        if (problem.Length > 0)
            Log.NotWell(logger, part, problem);
        else
            Log.WellAgain(logger, part);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 901, Level = LogLevel.Error, Message = "Health: {Part} is not well: {Problem}")]
        public static partial void NotWell(ILogger logger, string part, string problem);

        [LoggerMessage(EventId = 903, Level = LogLevel.Information, Message = "Health: {Part} is well again")]
        public static partial void WellAgain(ILogger logger, string part);
    }
}

/// <summary>One part of the health.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="IsWell">Whether it is well.</param>
/// <param name="IsVital">Whether the process cannot do its work without it.</param>
public sealed record HealthPart(string Name, bool IsWell, bool IsVital);

using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot.Client;

/// <summary>
/// The requests that the process may make in a second, shared by all callers; a 429 that says how long to wait stops all of them
/// for so long.
/// </summary>
internal sealed class RequestBudget : IDisposable
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly TokenBucketRateLimiter _limiter;
    private readonly TimeProvider _time;
    private readonly long _began;
    private long _pausedUntil;

    public RequestBudget(IOptions<DataRobotOptions> options, TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
        var perSlice = (int)Math.Max(1, options.Value.MaxRequestsPerSecond * Slice.TotalSeconds);
        _limiter = new(new()
        {
            TokenLimit = Math.Max(perSlice, options.Value.MaxRequestsPerSecond / 2),
            TokensPerPeriod = perSlice,
            ReplenishmentPeriod = TimeSpan.FromSeconds(perSlice / (double)options.Value.MaxRequestsPerSecond),
            QueueLimit = int.MaxValue,
        });
    }

    public async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        var pause = new TimeSpan(Interlocked.Read(ref _pausedUntil)) - _time.GetElapsedTime(_began);
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, _time, cancellationToken);
        return await _limiter.AcquireAsync(1, cancellationToken);
    }

    public void Heed(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.TooManyRequests || RetryAfter.Of(response.Headers, _time.GetUtcNow()) is not { } pause)
            return;
        var until = (_time.GetElapsedTime(_began) + pause).Ticks;
        for (var known = Interlocked.Read(ref _pausedUntil); known < until; known = Interlocked.Read(ref _pausedUntil))
            Interlocked.CompareExchange(ref _pausedUntil, until, known);
    }

    public void Dispose() => _limiter.Dispose();
}

/// <summary>Spends the budget, an attempt at a time.</summary>
internal sealed class BudgetedRequests(RequestBudget budget) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var lease = await budget.AcquireAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        budget.Heed(response);
        return response;
    }
}

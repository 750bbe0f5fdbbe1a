namespace MetricsAlerts.Cli.Commands;

/// <summary>Waits for Ctrl+C.</summary>
internal static class Stopped
{
    public static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}

using Simulation.Time;

namespace Simulation.Tests.Time;

public sealed class SchedulerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Delays_periodic_timers_and_timeouts_pass_in_no_time_and_in_order()
    {
        var scheduler = new Scheduler(1, Start);
        var process = new ProcessContext(scheduler, "p");
        var clock = new ProcessClock(scheduler, process, TimeSpan.FromSeconds(3));
        var log = new List<string>();
        process.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(5), clock);
            log.Add($"delay {clock.GetUtcNow():HH:mm:ss}");
        });
        process.Start(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromHours(2), clock);
            for (var i = 0; i < 3 && await timer.WaitForNextTickAsync(CancellationToken.None); i++)
                log.Add($"period {clock.GetUtcNow():HH:mm:ss}");
        });
        process.Start(async () =>
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromHours(3), clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromDays(1), clock, timeout.Token));
            log.Add($"timeout {clock.GetUtcNow():HH:mm:ss}");
        });

        scheduler.RunUntil(Start + TimeSpan.FromDays(2));

        Assert.Null(scheduler.Unhandled);
        Assert.Null(scheduler.Strayed);
        Assert.Equal(["period 02:00:03", "timeout 03:00:03", "period 04:00:03", "delay 05:00:03", "period 06:00:03"], log);
    }

    [Fact]
    public void The_seed_decides_what_runs_next()
    {
        Assert.Equal(Order(1), Order(1));
        Assert.True(Enumerable.Range(0, 20).Select(Order).Distinct().Count() > 10);

        static string Order(int seed)
        {
            var scheduler = new Scheduler(seed, Start);
            var process = new ProcessContext(scheduler, "p");
            var order = "";
            for (var i = 0; i < 5; i++)
            {
                var name = i;
                process.Start(async () =>
                {
                    await Task.Yield();
                    order += name;
                    await scheduler.Wait(process, TimeSpan.Zero);
                    order += name;
                });
            }

            scheduler.RunUntil(Start);
            return order;
        }
    }

    [Fact]
    public void Nothing_of_a_dead_process_runs()
    {
        var scheduler = new Scheduler(1, Start);
        var process = new ProcessContext(scheduler, "p");
        var clock = new ProcessClock(scheduler, process, TimeSpan.Zero);
        var reached = 0;
        process.Start(async () =>
        {
            reached++;
            await Task.Delay(TimeSpan.FromMinutes(1), clock);
            reached++;
            process.Kill();
            await Task.Yield();
            reached++;
        });
        process.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(2), clock);
            reached++;
        });

        scheduler.RunUntil(Start + TimeSpan.FromHours(1));

        Assert.Equal(2, reached);
    }

    [Fact]
    public void Whoever_leaves_the_thread_is_noticed()
    {
        var scheduler = new Scheduler(1, Start);
        var process = new ProcessContext(scheduler, "p");
        var (go, hopped) = (new ManualResetEventSlim(), new ManualResetEventSlim());
        process.Start(async () =>
        {
            await Task.Run(() => go.Wait());
            hopped.Set();
        });
        scheduler.RunUntil(Start);
        go.Set();
        Assert.False(hopped.Wait(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        SpinWait.SpinUntil(() => scheduler.Strayed is not null, TimeSpan.FromSeconds(30));
        scheduler.RunUntil(Start);

        Assert.NotNull(scheduler.Strayed);
    }

    [Fact]
    public void Asynchronous_enumeration_and_joined_tasks_stay_on_the_thread()
    {
        var scheduler = new Scheduler(1, Start);
        var process = new ProcessContext(scheduler, "p");
        var sum = 0;
        process.Start(async () =>
        {
            var lists = await Task.WhenAll(Numbers().ToListAsync(TestContext.Current.CancellationToken).AsTask(), Numbers().Where(number => number > 1).ToListAsync(TestContext.Current.CancellationToken).AsTask());
            sum = lists.Sum(list => list.Sum());
        });

        scheduler.RunUntil(Start + TimeSpan.FromHours(1));

        Assert.Null(scheduler.Strayed);
        Assert.Equal(11, sum);

        async IAsyncEnumerable<int> Numbers()
        {
            for (var i = 1; i <= 3; i++)
            {
                await scheduler.Wait(process, TimeSpan.FromSeconds(i));
                yield return i;
            }
        }
    }
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Simulator;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests;

/// <summary>A chat that fails by a script, over real HTTP, while the pipeline's clock is moved from one due moment to the next.</summary>
public sealed class TroubledChatTests
{
    /// <summary>
    /// What each deployment's model is worth in each twenty minutes: fine, warning or critical. It is never as it was before.
    /// </summary>
    private static readonly string[] Stories = ["wcwcwcwcwf", "wcfcwfwcwc", "wfcwcwcwfw"];

    private static readonly DateTimeOffset Start = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hours_of_trouble_of_every_kind_leave_every_reader_with_what_is_so_and_say_nothing_twice()
    {
        using var folder = new TemporaryFolder();
        var clock = new SimulatedClock(Start);
        await using var chat = await ChatServer.StartAsync(Cancellation);
        var met = new HashSet<string>();
        chat.Trouble = context => MeetAsync(context, clock.GetUtcNow() - Start, met);
        await using (var services = Services(folder, clock, chat, InTime))
        {
            await services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(Rules(chat), "rules.yaml"), Cancellation);
            await PlayAsync(services, clock, 0..5);
        }

        // Only where no answer can come may the wait be short: a busy machine would take longer over one that does.
        await using (var services = Services(folder, clock, chat, TimeSpan.FromMilliseconds(300)))
            await PlayAsync(services, clock, 5..6);

        await using var last = Services(folder, clock, chat, InTime);
        await PlayAsync(last, clock, 6..10);
        await WorkUntilAsync(last, clock, Start.AddDays(2));

        Assert.Equal(["429", "503", "hang", "reset", "slow"], met.Order());
        for (var deployment = 0; deployment < Stories.Length; deployment++)
            Check(Stories[deployment], [.. chat.Changes.Where(change => change.Deployment == $"d{deployment}")]);
        Assert.Empty(await last.GetRequiredService<DeadLetterQueues>().ListAsync(10, Cancellation));
    }

    /// <summary>
    /// The reader believes what the last message said; that is what is so, and no message said what the reader had been told
    /// before.
    /// </summary>
    private static void Check(string story, IReadOnlyList<ReceivedChange> heard)
    {
        Assert.Equal(StateOf(story[^1]), heard[^1].State);
        Assert.Equal(heard.Count, heard.DistinctBy(change => change.MessageId).Count());
        Assert.All(heard.Zip(heard.Skip(1)), pair => Assert.NotEqual(pair.First.State, pair.Second.State));

        // From the moment at which the chat was well again, everything was said.
        Assert.Equal(story[7..].Select(StateOf), heard.TakeLast(3).Select(change => change.State));
    }

    private static string StateOf(char moment) => moment switch { 'w' => "warning", 'c' => "critical", _ => "closed" };

    private static double ValueOf(char moment) => moment switch { 'w' => 0.83, 'c' => 0.7, _ => 0.95 };

    /// <summary>Every model changes each twenty minutes, in every kind of weather.</summary>
    private static async Task PlayAsync(IServiceProvider services, SimulatedClock clock, Range steps)
    {
        for (var step = steps.Start.Value; step < steps.End.Value; step++)
        {
            var messages = Stories.SelectMany((story, deployment) => MetricBatchMessages.Of(Batch(deployment, step, ValueOf(story[step]))));
            await services.GetRequiredService<PipelineQueues>().MetricWindows.SendAsync([.. messages], Cancellation);
            await services.GetRequiredService<PipelineWorkers>().Evaluate.DrainAsync(Stories.Length, Cancellation);
            await WorkUntilAsync(services, clock, Start.AddMinutes(20 * (step + 1)));
        }
    }

    /// <summary>
    /// An hour of 503, then twenty minutes each of throttling, broken connections, no answer and slow answers; then all is well.
    /// </summary>
    private static string TroubleAt(double minutes) =>
        minutes switch { < 60 => "503", < 80 => "429", < 100 => "reset", < 120 => "hang", < 140 => "slow", _ => "" };

    private static async Task<bool> MeetAsync(HttpContext context, TimeSpan elapsed, HashSet<string> met)
    {
        var trouble = TroubleAt(elapsed.TotalMinutes);
        if (trouble.Length > 0)
        {
            lock (met)
                met.Add(trouble);
        }

        switch (trouble)
        {
            case "503":
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return true;
            case "429":
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = "300";
                return true;
            case "reset":
                context.Abort();
                return true;
            case "hang":
                await HangAsync(context.RequestAborted);
                return true;
            case "slow":
                // Slow, but in time: a chat that answers at the last moment has taken the message.
                await Task.Delay(TimeSpan.FromMilliseconds(150), CancellationToken.None);
                return false;
            default:
                return false;
        }
    }

    private static async Task HangAsync(CancellationToken aborted)
    {
        var gone = new TaskCompletionSource();
        await using var registration = aborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static async Task WorkUntilAsync(IServiceProvider services, SimulatedClock clock, DateTimeOffset until)
    {
        var queue = (SqliteQueue)services.GetRequiredService<PipelineQueues>().Notifications;
        var worker = services.GetRequiredService<PipelineWorkers>().Notify;
        await worker.DrainAsync(Stories.Length, Cancellation);
        while (await queue.NextDueAsync(Cancellation) is { } due && due < until)
        {
            clock.AdvanceTo(due);
            await worker.DrainAsync(Stories.Length, Cancellation);
        }

        clock.AdvanceTo(until);
    }

    private static ServiceProvider Services(TemporaryFolder folder, SimulatedClock clock, ChatServer chat, TimeSpan timeout) =>
        new ServiceCollection()
            .AddLogging().AddSingleton<TimeProvider>(clock).AddSingleton(chat).AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
            {
                ["Sqlite:File"] = folder.File("pipeline.db"),
                ["Sqlite:Durability"] = "Process",
                ["DataRobot:Endpoint"] = "https://datarobot.example.com/api/v2",
                ["DataRobot:ApiToken"] = "unused",
                ["Notify:GroupWait"] = "00:00:00",
                ["Channels:AllowLoopback"] = "true",
                ["Channels:Timeout"] = timeout.ToString(),
                ["Secrets:signing"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            })).BuildServiceProvider();

    private static string Rules(ChatServer chat) =>
        $$"""
        rules: [{ name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [hook] }]
        channels: [{ name: hook, type: webhook, url: "{{chat.Address}}hook", key: "secret:signing" }]
        """;

    private static MetricBatch Batch(int deployment, int step, double value) => new($"d{deployment}")
    {
        Deployment = new($"d{deployment}", $"model {deployment}"),
        Reading = step + 1,
        Instances = [new(Instances.All, [new("Accuracy", TimeSpan.FromHours(1), [Window(Start.AddDays(-1).AddHours(step), value)])])],
    };

    private static MetricWindow Window(DateTimeOffset start, double value) => new(start, start.AddHours(1), value, 500);
}

using MetricsAlerts.Alerts;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Metrics;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using MetricsAlerts.Simulator;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests;

/// <summary>A chat that fails by a script, over real HTTP, while the pipeline's clock is moved from one due moment to the next.</summary>
public sealed class TroubledChatTests
{
    private const int Deployments = 3;

    private static readonly DateTimeOffset Start = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan ForClause = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hours_of_trouble_of_every_kind_lose_nothing_and_tell_nothing_twice()
    {
        using var folder = new TemporaryFolder();
        var clock = new SimulatedClock(Start);
        await using var chat = await ChatServer.StartAsync(Cancellation);
        var met = new HashSet<string>();
        chat.Trouble = context => MeetAsync(context, clock.GetUtcNow() - Start, met);
        var sent = new List<string>();
        await using (var services = Services(folder, clock, chat, ForClause))
        {
            await services.GetRequiredService<RuleStore>().ApplyAsync(
                RuleFile.Parse($"rules: []\nchannels: [{{ name: hook, type: webhook, url: \"{chat.Address}hook\", key: \"secret:signing\" }}]", "rules.yaml"), Cancellation);
            await TellAsync(services, clock, 0..5, sent);
        }

        // Only where no answer can come may the wait be short: a busy machine would take longer over one that does.
        await using (var services = Services(folder, clock, chat, TimeSpan.FromMilliseconds(300)))
            await TellAsync(services, clock, 5..6, sent);

        await using var last = Services(folder, clock, chat, ForClause);
        await TellAsync(last, clock, 6..10, sent);
        await WorkUntilAsync(last, clock, Start.AddDays(2));

        Assert.Equal(["429", "503", "hang", "reset", "slow"], met.Order());
        Assert.Equal(sent.Order(), chat.Transitions.Select(transition => transition.Event).Order());
        for (var deployment = 0; deployment < Deployments; deployment++)
            Assert.Equal(sent.Where(id => id.StartsWith($"d{deployment}-", StringComparison.Ordinal)), chat.Transitions.Select(transition => transition.Event).Where(id => id.StartsWith($"d{deployment}-", StringComparison.Ordinal)));
        Assert.Empty(await last.GetRequiredService<DeadLetterQueues>().ListAsync(10, Cancellation));
    }

    /// <summary>Every alert becomes news again each twenty minutes, in every kind of weather.</summary>
    private static async Task TellAsync(IServiceProvider services, SimulatedClock clock, Range steps, List<string> sent)
    {
        for (var step = steps.Start.Value; step < steps.End.Value; step++)
        {
            var alerts = Enumerable.Range(0, Deployments).Select(deployment => Alert(deployment, step)).ToList();
            sent.AddRange(alerts.Select(alert => alert.Transition.EventId));
            await services.GetRequiredService<AlertQueue>().SendAsync(alerts, Cancellation);
            await WorkUntilAsync(services, clock, Start.AddMinutes(20 * (step + 1)));
        }
    }

    /// <summary>An hour of 503, then twenty minutes each of throttling, broken connections, no answer and slow answers; then all is well.</summary>
    private static string TroubleAt(double minutes) => minutes switch { < 60 => "503", < 80 => "429", < 100 => "reset", < 120 => "hang", < 140 => "slow", _ => "" };

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
        var queue = (SqliteQueue)services.GetRequiredService<AlertQueue>().Queue;
        var worker = services.GetRequiredService<PipelineWorkers>().Notify;
        await worker.DrainAsync(Deployments, Cancellation);
        while (await queue.NextDueAsync(Cancellation) is { } due && due < until)
        {
            clock.AdvanceTo(due);
            await worker.DrainAsync(Deployments, Cancellation);
        }

        clock.AdvanceTo(until);
    }

    private static ServiceProvider Services(TemporaryFolder folder, SimulatedClock clock, ChatServer chat, TimeSpan timeout) =>
        new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddSingleton(chat).AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
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

    private static AlertMessage Alert(int deployment, int step) => new(
        new AlertTransition
        {
            EventId = $"d{deployment}-{step}",
            AlertId = $"d{deployment}",
            Rule = "floor",
            DeploymentId = $"d{deployment}",
            Instance = Instances.All,
            Metric = "Accuracy",
            Bucket = TimeSpan.FromHours(1),
            Transition = step == 0 ? Transition.Fired : Transition.Reminded,
            IsOpen = true,
            Severity = Severity.Warning,
            Reason = "Breaching(0.7, 0.85)",
            WindowStart = Start.AddHours(step),
            WindowEnd = Start.AddHours(step + 1),
            Since = Start,
            Sequence = step,
            Recent = [0.9, 0.8, 0.7],
        },
        new Deployment($"d{deployment}", $"model {deployment}"),
        new RuleFacts { Name = "floor", Condition = "below: 0.85", ConditionKind = "below", Threshold = 0.85, Notify = ["hook"] });
}

using MetricsAlerts;
using MetricsAlerts.Collecting;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Simulation.Faults;
using Simulation.World;

namespace Simulation.Processes;

/// <summary>The real pipeline in one process, over the simulated ports.</summary>
public sealed class PipelineHost
{
    private readonly ServiceProvider _services;
    private readonly Dictionary<Type, object> _found = [];
    private readonly FaultyQueue _collect;
    private readonly FaultyQueue _windows;
    private readonly FaultyQueue _notifications;

    /// <summary>Puts it together.</summary>
    public PipelineHost(ProcessParts parts)
    {
        var environment = parts.Environment;
        FaultyQueue Queue(QueueDefinition definition, Func<QueueMessage, bool>? isLost = null) => new(environment.Queues[definition.Name], parts.Gate, isLost);
        _collect = Queue(QueueDefinitions.Collect);
        _windows = Queue(QueueDefinitions.MetricWindows);
        _notifications = Queue(QueueDefinitions.Notifications, environment.Story.NoHints ? _ => HandlerScope.Current?.Stage is "evaluate" or "notify" : null);

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment.Story.Settings!).Build();
        var services = new ServiceCollection();
        services.AddSingleton<ITableStore>(new FaultyTableStore(environment.Tables, parts.Gate));
        services.AddSingleton(new PipelineQueues(_collect, _windows, _notifications));
        services.AddSingleton<IMetricSource>(new SimulatedSource(environment.Story, environment.World, parts.Gate, () => environment.Scheduler.Now));
        services.AddSingleton<IChannelFactory>(new ChannelFactory(parts));
        services.AddSingleton<IHeartbeat>(new Heartbeat(parts));
        services.AddSingleton<TimeProvider>(parts.Clock);
        services.AddLogging(logging => logging.ClearProviders().AddProvider(new LogLines(environment.Log, parts.Context.Name)).SetMinimumLevel(LogLevel.Information));
        services.AddMetrics();
        services.AddMetricsAlertsPipeline(configuration);
        _services = services.BuildServiceProvider();
        Stages =
        [
            (_collect, Get<CollectShardHandler>(), "collect"),
            (_windows, Get<EvaluateHandler>(), "evaluate"),
            (_notifications, Get<NotifyHandler>(), "notify"),
        ];
    }

    /// <summary>Each stage with its queue.</summary>
    public IReadOnlyList<(FaultyQueue Queue, IMessageHandler Handler, string Stage)> Stages { get; }

    /// <summary>One tick of the timer.</summary>
    public Task TickAsync(CancellationToken cancellationToken) => Get<CollectionScheduler>().RunAsync(cancellationToken);

    /// <summary>Housekeeping.</summary>
    public Task CleanAsync(CancellationToken cancellationToken) => Get<Housekeeper>().CleanAsync(cancellationToken);

    /// <summary>Makes the stored rules those of a file.</summary>
    public async Task ApplyAsync(RuleBook book, CancellationToken cancellationToken)
    {
        var file = RuleFile.Parse(book.ToYaml(), "rules.yaml");
        if (file.HasErrors)
            throw new InvalidOperationException($"{string.Join("; ", file.Diagnostics)}\n{book.ToYaml()}");
        await Get<RuleStore>().ApplyAsync(file, cancellationToken);
    }

    /// <summary>Adds a silence.</summary>
    public Task SilenceAsync(SilenceSpec silence, CancellationToken cancellationToken)
    {
        var match = new AlertMatcher(silence.Match.Labels.ToDictionary(one => one.Label, one => new Glob(one.Value)));
        return Get<SilenceStore>().AddAsync(match, silence.Start, silence.End, "somebody", "because", cancellationToken);
    }

    /// <summary>Replays every dead letter but those that nobody could ever read.</summary>
    public async Task ReplayAsync(CancellationToken cancellationToken)
    {
        var letters = await Get<DeadLetterQueues>().ListAsync(1000, cancellationToken);
        foreach (var (queue, letter) in letters.Where(one => !one.Letter.Message.MessageId.StartsWith("poison-", StringComparison.Ordinal)))
            await Get<DeadLetterQueues>().ReplayAsync(queue, letter.Message.SequenceNumber, cancellationToken);
    }

    /// <summary>The process is dead: lets go of what would stay in memory.</summary>
    public void Forget() => _services.Dispose();

    /// <summary>Asked for once: what is asked for twice is compiled by the container, which is dear for a process that lives for a moment.</summary>
    private T Get<T>()
        where T : notnull
    {
        if (!_found.TryGetValue(typeof(T), out var found))
            _found[typeof(T)] = found = _services.GetRequiredService<T>();
        return (T)found;
    }

    private sealed class Heartbeat(ProcessParts parts) : IHeartbeat
    {
        public Task BeatAsync(CancellationToken cancellationToken)
        {
            parts.Environment.Log.Note(parts.Context.Name, "beats");
            return Task.CompletedTask;
        }
    }
}

using Simulation.Processes;
using Environment = Simulation.Processes.Environment;

namespace Simulation.Oracle;

/// <summary>What must be so when the faults have stopped for long enough.</summary>
public sealed class Judge(Environment environment, IReadOnlyList<SimulatedProcess> processes, Operator people)
{
    private readonly List<Violation> _violations = [];

    /// <summary>Every promise that was not kept.</summary>
    public IReadOnlyList<Violation> All()
    {
        var now = environment.Scheduler.Now;
        var oracle = new AlertOracle(environment.Story, environment.World, now);
        var open = CheckAlerts(oracle.All());
        var routing = new RoutingOracle(environment.World, oracle, open, now);
        _violations.AddRange(new ReaderJudge(environment, routing, open, now).All());
        CheckQueues(now);
        CheckWork();
        return _violations;
    }

    private void Add(string kind, string text) => _violations.Add(new(kind, text));

    /// <summary>Every alert is what the oracle says. Returns what is so: where the oracle leaves a choice, what the pipeline chose.</summary>
    private SortedDictionary<AlertId, Judged> CheckAlerts(SortedDictionary<AlertId, IReadOnlyList<Judged>> expected)
    {
        var actual = StoredAlerts.Read(environment.Tables);
        var settled = new SortedDictionary<AlertId, Judged>(AlertId.Order);
        foreach (var id in expected.Keys.Union(actual.Keys).Order(AlertId.Order))
        {
            var allowed = expected.GetValueOrDefault(id) ?? [Judged.Closed];
            var found = actual.GetValueOrDefault(id);
            if (!allowed.Contains(found))
                Add("alert state", $"{id} is {found}, should be {string.Join(" or ", allowed)}.");
            var state = allowed.Contains(found) ? found : allowed[0];
            if (state.IsOpen)
                settled[id] = state;
        }

        return settled;
    }

    private void CheckQueues(DateTimeOffset now)
    {
        foreach (var queue in environment.Queues.Values)
        {
            foreach (var (message, due, deliveries) in queue.Waiting)
            {
                if (due <= now || queue.Definition.Name != "notifications")
                    Add("work left", $"{queue.Definition.Name} holds {message.MessageId} of {message.SessionId}, due {due:HH:mm:ss}, delivered {deliveries} times.");
            }

            foreach (var letter in queue.DeadLetters.Where(letter => !letter.Message.MessageId.StartsWith("poison-", StringComparison.Ordinal)))
            {
                if (queue.Definition.Name != "notifications" || letter.Reason == "MaxDeliveryCountExceeded" || !environment.Mailboxes.Attempts.Any(attempt => attempt.Outcome != Outcome.Delivered))
                    Add("dead letter", $"{queue.Definition.Name}: {letter.Message.MessageId} of {letter.Message.SessionId}: {letter.Reason} {letter.Description}");
            }
        }
    }

    private void CheckWork()
    {
        foreach (var (stage, exception, at) in environment.Failures.Where(failure => failure.At > environment.Story.QuietFrom + TimeSpan.FromMinutes(5)))
            Add("work failed", $"{stage} at {at:HH:mm:ss}: {exception}");
        foreach (var problem in people.Problems)
            Add("the operator failed", problem);
        foreach (var process in processes.Where(process => !process.IsRunning))
            Add("not running", process.Context.Name);
    }
}

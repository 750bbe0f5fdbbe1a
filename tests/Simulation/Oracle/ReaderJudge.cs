using MetricsAlerts.Formats;
using Environment = Simulation.Processes.Environment;

namespace Simulation.Oracle;

/// <summary>What the readers of all channels must believe in the end.</summary>
public sealed class ReaderJudge
{
    /// <summary>The longest wait between two attempts, and a little more.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(16);

    private readonly Environment _environment;
    private readonly RoutingOracle _routing;
    private readonly IReadOnlyDictionary<AlertId, Judged> _open;
    private readonly DateTimeOffset _now;
    private readonly SortedDictionary<string, Reader> _readers = new(StringComparer.Ordinal);
    private readonly HashSet<(string To, string From, AlertId Id, DateTimeOffset At)> _moved = [];
    private readonly List<Violation> _violations = [];

    /// <summary>A judge of what was sent.</summary>
    /// <param name="environment">The run.</param>
    /// <param name="routing">Who should hear of what.</param>
    /// <param name="open">The alerts that are open, with their states.</param>
    /// <param name="now">The right time.</param>
    public ReaderJudge(Environment environment, RoutingOracle routing, IReadOnlyDictionary<AlertId, Judged> open, DateTimeOffset now)
    {
        (_environment, _routing, _open, _now) = (environment, routing, open, now);
        foreach (var channel in environment.World.Book.Channels.Keys.Union(environment.Mailboxes.Attempts.Select(attempt => attempt.Channel)))
            _readers[channel] = new(channel, (id, at) => IsMoved(channel, id, at));
        foreach (var attempt in environment.Mailboxes.Attempts.OrderBy(attempt => attempt.Taken ?? attempt.Began))
        {
            if (attempt.Taken is null)
                _readers[attempt.Channel].MayHaveMissed(attempt);
            else
                _readers[attempt.Channel].Read(attempt);
        }
    }

    /// <summary>Every promise to a reader that was not kept.</summary>
    public IReadOnlyList<Violation> All()
    {
        foreach (var reader in _readers.Values)
        {
            _violations.AddRange(reader.Noticed);
            var exists = _environment.World.Book.Channels.ContainsKey(reader.Channel);
            foreach (var id in _open.Keys.Union(reader.Beliefs.Keys).Order(AlertId.Order))
            {
                if (exists)
                    Check(reader, id);
                else
                    CheckRemoved(reader, id);
            }
        }

        CheckFlood();
        CheckBeginnings();
        CheckSilences();
        return _violations;
    }

    /// <summary>Nobody hears of what a silence has been holding back for a while, but that it is over.</summary>
    private void CheckSilences()
    {
        if (_environment.Story.SetsClocks)
            return;
        foreach (var attempt in _environment.Mailboxes.Attempts)
        {
            foreach (var word in attempt.Words.Where(word => word.Change != "Resolved" && IsSilenced(word, attempt.Began)))
                Add("told although silenced", $"{attempt}: {word.Id} is silenced.");
        }
    }

    /// <summary>Whether a silence was on for certain, whatever the rule and the label were of late.</summary>
    private bool IsSilenced(Word word, DateTimeOffset at)
    {
        var margin = TimeSpan.FromMinutes(30);
        var labels = (from book in _environment.World.BooksBetween(at - TimeSpan.FromHours(2), at)
                      from label in _environment.World.Deployments[word.Id.Deployment].Labels
                      select AlertOracle.Labels(book, word.Id, label, word.State.IsCritical)).ToList();
        return _environment.World.Silences.Values.Any(silence =>
            at > silence.Start + margin && at < silence.End - TimeSpan.FromMinutes(1) && labels.TrueForAll(silence.Match.Matches));
    }

    /// <summary>Nobody hears that an alert has begun to whom nothing leads, nor of one that was not so.</summary>
    private void CheckBeginnings()
    {
        var history = new RoutingHistory(_environment.World);
        var beginnings = new BeginningsOracle(_environment.World);
        foreach (var attempt in _environment.Mailboxes.Taken)
        {
            foreach (var word in attempt.Words.Where(word => word.Change == "Fired" && !history.MayHear(attempt.Channel, word.Id, attempt.Taken!.Value)))
                Add("told without a route", $"{attempt}: nothing sends {word.Id} there.");

            // While the clock is hours behind, old windows are read as they are known by now.
            foreach (var word in attempt.Words.Where(word => word.Change == "Fired" && !_environment.Story.SetsClocks && !beginnings.MayBeOpen(word.Id, attempt.Taken!.Value)))
                Add("told of what was not so", $"{attempt}: {word.Id} was not open.");
        }
    }

    /// <summary>Nobody is reminded much more often than the shortest interval of a rule, whoever sets the clock.</summary>
    private void CheckFlood()
    {
        var most = 10 + (_environment.Story.Hours / 2);

        // Whoever reads removes repetitions by their id.
        var floods = _environment.Mailboxes.Taken.DistinctBy(attempt => (attempt.Channel, attempt.NotificationId)).SelectMany(attempt => attempt.Words.Where(word => word.Change == "Reminded")
                .Select(word => (attempt.Channel, attempt.Group, word.Id)))
            .GroupBy(reminded => reminded).Where(reminders => reminders.Count() > most);
        foreach (var flood in floods)
            Add("reminded too often", $"{flood.Key.Channel} was reminded {flood.Count()} times of {flood.Key.Id}.");
    }

    /// <summary>A channel that is gone is told of an end where today's route leads: once for each time that it heard of a beginning.</summary>
    private bool IsMoved(string channel, AlertId id, DateTimeOffset at) => _readers.Values.Any(other =>
        other.Channel != channel && other.MayBelieveOpenSince(id) is { } since &&
        _environment.World.ChannelRemovals.GetValueOrDefault(other.Channel, []).Any(removed => removed >= since && removed <= at) &&
        _moved.Add((channel, other.Channel, id, since)));

    private void Check(Reader reader, AlertId id)
    {
        var belief = reader.Beliefs.GetValueOrDefault(id);
        var believed = belief?.State ?? Judged.Closed;
        if (IsGivenUp(reader.Channel, id) || IsOfAnotherLife(reader.Channel, belief))
            return;
        if (!_open.TryGetValue(id, out var state))
        {
            if (believed.IsOpen)
                Add("not told of the end", $"{reader.Channel} believes since {belief!.At:MM-dd HH:mm:ss} of {id}: {believed}; it is closed.");
            return;
        }

        if (_routing.Muting(id, state) is not null)
            return;
        var hears = _routing.Channels(id, state).Any(channel => channel == reader.Channel || IsFallback(channel, reader.Channel, id));
        if (believed != state && (believed.IsOpen || hears))
            Add(believed.IsOpen ? "believes what is not so" : "not told", $"{reader.Channel} believes of {id}: {believed}; it is {state}.");
        else if (believed == state && hears)
            CheckReminder(reader, id, belief!);
    }

    private void CheckReminder(Reader reader, AlertId id, Belief belief)
    {
        var every = TimeSpan.FromHours(_environment.World.Book.Rules[id.Rule].RemindHours);
        if (every > TimeSpan.Zero && _now - belief.At > every + _environment.ClockSpread + LongestRetry + TimeSpan.FromMinutes(_environment.Story.TicksToBeRight * _environment.Story.TickMinutes))
            Add("not reminded", $"{reader.Channel} heard of {id} at {belief.At:MM-dd HH:mm:ss}, and should hear every {every.TotalHours} h.");
    }

    /// <summary>Whoever read a channel that is gone is told of the end where today's route leads.</summary>
    private void CheckRemoved(Reader reader, AlertId id)
    {
        if (reader.Beliefs.GetValueOrDefault(id) is not { State.IsOpen: true } belief || _open.ContainsKey(id) || IsGivenUp(reader.Channel, id))
            return;
        if (!_environment.World.Book.Rules.TryGetValue(id.Rule, out var rule) || !rule.Enabled || _environment.World.BrokenRules.Contains(rule.Name))
            return;
        var today = _routing.Channels(id, belief.State);
        if (today.Count > 0 && today.All(channel => !IsGivenUp(channel, id)) &&
            !_environment.Mailboxes.Taken.Any(attempt => attempt.Taken > belief.At && attempt.Words.Any(word => word.Id == id && word.Change == "Resolved")))
        {
            Add("nobody was told of the end", $"{reader.Channel}, which is gone, heard of {id} at {belief.At:MM-dd HH:mm:ss}; it is closed, and today's route leads to {string.Join(", ", today)}.");
        }
    }

    /// <summary>What a channel heard before it was removed and came back under the same name is nobody's business.</summary>
    private bool IsOfAnotherLife(string channel, Belief? belief) =>
        _environment.World.ChannelRemovals.TryGetValue(channel, out var removals) && (belief is null || belief.At <= removals[^1]);

    private bool IsFallback(string channel, string fallback, AlertId id) =>
        _environment.World.Book.Channels[channel].Fallback == fallback && GivenUp(channel, id) is { } attempt &&
        !(_environment.World.ChannelEdits.TryGetValue(channel, out var edited) && edited >= attempt.Began - TimeSpan.FromMinutes(1)) &&
        attempt.Words.Single(word => word.Id == id).State.IsOpen;

    private bool IsGivenUp(string channel, AlertId id) => GivenUp(channel, id) is not null;

    /// <summary>The attempt after which what was to be said to a channel was given up, and not said since; null when it was not.</summary>
    private Attempt? GivenUp(string channel, AlertId id)
    {
        if (_environment.Story.ReplaysAtTheEnd)
            return null;
        var last = _environment.Mailboxes.Attempts.LastOrDefault(attempt => attempt.Channel == channel && attempt.Words.Any(word => word.Id == id));
        if (last is null or { Outcome: Outcome.Delivered })
            return null;

        // Nothing is given up without a dead letter of its group, by which people can take it up again.
        var session = DerivedId.From("group", channel, last.Group);
        var letter = _environment.Queues["notifications"].DeadLetters.LastOrDefault(one => one.Message.SessionId == session && one.At >= last.Began);
        if (letter is null || last.Outcome == Outcome.Refused)
            return letter is null ? null : last;
        var firstInVain = _environment.Mailboxes.Attempts.Where(attempt => attempt.Channel == channel && attempt.Began <= last.Began)
            .Reverse().TakeWhile(attempt => attempt.Outcome != Outcome.Delivered).Last();

        // A channel that cools down because of other groups is not asked in between, so the last attempt can be long before the end.
        return letter.At - firstInVain.Began >= TimeSpan.FromHours(_environment.Story.GiveUpHours) - LongestRetry - _environment.ClockSpread ? last : null;
    }

    private void Add(string kind, string text) => _violations.Add(new(kind, text));
}

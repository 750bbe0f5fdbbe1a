namespace Simulation.Oracle;

/// <summary>
/// Who reads a channel: believes what its messages say, in order, after removing repetitions by their id, and notices what does not fit what he
/// believed before.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="isMoved">Whether somebody whose channel is gone heard of an alert, so that this channel is told of its end in his stead.</param>
public sealed class Reader(string channel, Func<AlertId, DateTimeOffset, bool>? isMoved = null)
{
    private readonly SortedDictionary<AlertId, Belief> _beliefs = new(AlertId.Order);
    private readonly Dictionary<string, HashSet<int>> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<(AlertId, string, string), Attempt> _words = [];
    private readonly HashSet<AlertId> _unsure = [];
    private readonly Dictionary<string, int> _lastNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<AlertId, DateTimeOffset> _mayBelieveOpen = [];
    private readonly List<Violation> _noticed = [];

    /// <summary>The channel.</summary>
    public string Channel => channel;

    /// <summary>What he believes of each alert that he heard of.</summary>
    public IReadOnlyDictionary<AlertId, Belief> Beliefs => _beliefs;

    /// <summary>What did not fit.</summary>
    public IReadOnlyList<Violation> Noticed => _noticed;

    /// <summary>The sender cannot know whether this came: what follows may repeat it in other words.</summary>
    public void MayHaveMissed(Attempt attempt)
    {
        NoticeSkipped(attempt);
        if (attempt.IsKnown)
            return;
        _unsure.UnionWith(attempt.Words.Select(word => word.Id));
        foreach (var word in attempt.Words.Where(word => word.State.IsOpen))
            _mayBelieveOpen[word.Id] = attempt.Began;
    }

    /// <summary>When the sender last said that an alert is open, as far as it can know; null when nobody here believes so.</summary>
    public DateTimeOffset? MayBelieveOpenSince(AlertId id) => _mayBelieveOpen.TryGetValue(id, out var at) ? at : null;

    /// <summary>Reads a message.</summary>
    public void Read(Attempt attempt)
    {
        NoticeSkipped(attempt);
        if (_ids.TryGetValue(attempt.NotificationId, out var numbers))
        {
            // A sender that lost its lock may come after the one that took over, with the lower number.
            if (!numbers.Add(attempt.Number))
                _noticed.Add(new("repeated without saying so", $"{channel} got {attempt.NotificationId} with attempt {attempt.Number} twice."));
            if (attempt.IsKnown)
                _unsure.ExceptWith(attempt.Words.Select(word => word.Id));

            // The sender counts from the last attempt to the next reminder.
            foreach (var word in attempt.Words.Where(word => _beliefs.TryGetValue(word.Id, out var belief) && belief.State == word.State))
                _beliefs[word.Id] = _beliefs[word.Id] with { At = attempt.Taken!.Value };
            return;
        }

        _ids[attempt.NotificationId] = [attempt.Number];
        foreach (var word in attempt.Words)
            Read(attempt, word);
    }

    /// <summary>An attempt whose sender died when it had written down that it begins: the number after it says so, and nobody knows what was heard.</summary>
    private void NoticeSkipped(Attempt attempt)
    {
        if (attempt.Number > _lastNumbers.GetValueOrDefault(attempt.Group) + 1)
            _unsure.UnionWith(attempt.Words.Select(word => word.Id));
        _lastNumbers[attempt.Group] = attempt.Outcome is Outcome.Delivered or Outcome.Refused ? 0 : attempt.Number;
    }

    private void Read(Attempt attempt, Word word)
    {
        var before = _beliefs.GetValueOrDefault(word.Id)?.State ?? Judged.Closed;
        if (_unsure.Contains(word.Id))
            _unsure.Remove(word.Id);
        else if (Misfit(word, before) is { } misfit && !(word is { Change: "Resolved", State.IsOpen: false } && isMoved?.Invoke(word.Id, attempt.Taken!.Value) == true))
            _noticed.Add(new("wrong word", $"{attempt}: {misfit}, but he believed: {before}."));
        else if (word.Change != "Reminded" && _words.TryGetValue((word.Id, word.Version, word.Change), out var earlier))
            _noticed.Add(new("said twice", $"{attempt}, after {earlier}."));
        _words[(word.Id, word.Version, word.Change)] = attempt;
        if (!attempt.IsKnown)
            _unsure.Add(word.Id);
        if (word.State.IsOpen)
            _mayBelieveOpen[word.Id] = attempt.Taken!.Value;
        else if (attempt.IsKnown)
            _mayBelieveOpen.Remove(word.Id);
        var states = _beliefs.GetValueOrDefault(word.Id)?.Heard ?? [];
        _beliefs[word.Id] = new(word.State, attempt.Taken!.Value, [.. states, word.State]);
    }

    private static string? Misfit(Word word, Judged before) => word.Change switch
    {
        "Fired" when before.IsOpen => "fired although open",
        "Escalated" when !before.IsOpen || before.IsCritical || !word.State.IsCritical => "escalated",
        "Deescalated" when !before.IsOpen || !before.IsCritical || word.State.IsCritical => "de-escalated",
        "Resolved" when !before.IsOpen => "resolved although closed",
        "NoData" when before.NoData || !word.State.NoData => "without data",
        "DataBack" when !before.NoData || word.State.NoData => "data back",
        "Reminded" when before != word.State => "reminded of something new",
        "Resolved" when word.State.IsOpen => "resolved, but open",
        not "Resolved" when !word.State.IsOpen => "not resolved, but closed",
        _ => null,
    };
}

/// <summary>What a reader believes of an alert.</summary>
/// <param name="State">What he believes.</param>
/// <param name="At">Since which message.</param>
/// <param name="Heard">Everything he ever believed.</param>
public sealed record Belief(Judged State, DateTimeOffset At, IReadOnlyList<Judged> Heard);

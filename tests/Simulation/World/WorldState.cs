namespace Simulation.World;

/// <summary>How a channel or a source behaves for a while.</summary>
public enum Trouble
{
    /// <summary>Well.</summary>
    None,

    /// <summary>It does not answer, or with an error of its own.</summary>
    Down,

    /// <summary>It answers too late: what it was sent it has taken.</summary>
    TakesAndTimesOut,

    /// <summary>It asks to wait.</summary>
    Throttles,

    /// <summary>It refuses for good.</summary>
    Refuses,
}

/// <summary>What is so in the world right now, and what the operator wants.</summary>
public sealed class WorldState
{
    private readonly List<(DateTimeOffset From, RuleBook Book)> _books = [];
    private readonly HashSet<(string Channel, string Fallback)> _fallbacks = [];

    /// <summary>The world of a story as it begins.</summary>
    public WorldState(Story story)
    {
        Book = story.Book;
        Remember(DateTimeOffset.MinValue);
        Deployments = story.Deployments.ToDictionary(one => one.Id, one => new DeploymentState(one), StringComparer.Ordinal);
    }

    /// <summary>The right time; the run sets it before an event.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>The rule file as it is.</summary>
    public RuleBook Book { get; private set; }

    /// <summary>Grows with every change of the file: the operator applies it.</summary>
    public int BookVersion { get; private set; }

    /// <summary>Whichever channel was ever the fallback of which.</summary>
    public IReadOnlyCollection<(string Channel, string Fallback)> Fallbacks => _fallbacks;

    /// <summary>Rules whose stored entity somebody broke by hand since the file was last applied.</summary>
    public SortedSet<string> BrokenRules { get; } = new(StringComparer.Ordinal);

    /// <summary>The deployments.</summary>
    public IReadOnlyDictionary<string, DeploymentState> Deployments { get; }

    /// <summary>The silences by key.</summary>
    public SortedDictionary<string, SilenceSpec> Silences { get; } = new(StringComparer.Ordinal);

    /// <summary>Channels with their trouble, until when.</summary>
    public SortedDictionary<string, (Trouble Trouble, DateTimeOffset Until)> ChannelTroubles { get; } = new(StringComparer.Ordinal);

    /// <summary>Deployments, or <c>list</c>, that cannot be read, until when and with which status.</summary>
    public SortedDictionary<string, (int Status, DateTimeOffset Until)> SourceTroubles { get; } = new(StringComparer.Ordinal);

    /// <summary>When what could not be read, since when and until when.</summary>
    public List<(string About, DateTimeOffset From, DateTimeOffset Until)> Unreadable { get; } = [];

    /// <summary>Whenever each channel was removed from the file.</summary>
    public SortedDictionary<string, List<DateTimeOffset>> ChannelRemovals { get; } = new(StringComparer.Ordinal);

    /// <summary>When each channel last got another fallback, or came or went.</summary>
    public SortedDictionary<string, DateTimeOffset> ChannelEdits { get; } = new(StringComparer.Ordinal);

    /// <summary>When it last changed what the rules are and select: what a host that is away did before that, nobody can ask any more.</summary>
    public DateTimeOffset SelectionChanged { get; set; }

    /// <summary>Asks the run for something: to kill a process, to set a clock, to replay dead letters, to send poison.</summary>
    public Action<string, string, double> Ask { get; set; } = (_, _, _) => { };

    /// <summary>Changes the file.</summary>
    public void Edit(Func<RuleBook, RuleBook> edit)
    {
        var before = Book;
        Book = edit(Book).Consistent();
        if (before.Rules != Book.Rules || BrokenRules.Count > 0)
            SelectionChanged = Now;
        foreach (var gone in before.Channels.Keys.Except(Book.Channels.Keys))
        {
            if (!ChannelRemovals.TryGetValue(gone, out var removals))
                ChannelRemovals[gone] = removals = [];
            removals.Add(Now);
        }

        foreach (var channel in before.Channels.Keys.Union(Book.Channels.Keys))
        {
            if (before.Channels.GetValueOrDefault(channel) != Book.Channels.GetValueOrDefault(channel))
                ChannelEdits[channel] = Now;
        }

        BrokenRules.Clear();
        BookVersion++;
        Remember(Now);
    }

    /// <summary>The files that were in force at some time between two.</summary>
    public IEnumerable<RuleBook> BooksBetween(DateTimeOffset from, DateTimeOffset to) =>
        _books.Where((one, index) => one.From <= to && (index + 1 == _books.Count || _books[index + 1].From >= from)).Select(one => one.Book);

    private void Remember(DateTimeOffset from)
    {
        _books.Add((from, Book));
        _fallbacks.UnionWith(Book.Channels.Values.Where(channel => channel.Fallback.Length > 0).Select(channel => (channel.Name, channel.Fallback)));
    }

    /// <summary>A deployment, or the list, cannot be read for a while.</summary>
    public void StartTrouble(string about, int status, DateTimeOffset until)
    {
        SourceTroubles[about] = (status, until);
        Unreadable.Add((about, Now, until));
    }

    /// <summary>Since when nobody could read a deployment at a time; that time itself when somebody could.</summary>
    public DateTimeOffset UnreadableSince(string deployment, DateTimeOffset at)
    {
        foreach (var (about, from, until) in Unreadable.OrderByDescending(trouble => trouble.From))
        {
            if ((about == deployment || about == "list") && from <= at && until >= at)
                at = from;
        }

        return at;
    }

    /// <summary>Breaks a stored rule by hand.</summary>
    public void Break(string rule)
    {
        if (!Book.Rules.ContainsKey(rule))
            return;
        BrokenRules.Add(rule);
        Ask("break", rule, 0);
    }

    /// <summary>The trouble of a channel now.</summary>
    public Trouble TroubleOf(string channel) =>
        ChannelTroubles.TryGetValue(channel, out var one) && Now < one.Until ? one.Trouble : Trouble.None;
}

/// <summary>A deployment right now.</summary>
public sealed class DeploymentState(DeploymentStory story)
{
    private readonly Dictionary<string, List<(DateTimeOffset From, DateTimeOffset To)>> _absences = new(StringComparer.Ordinal);
    private readonly List<string> _labels = [story.Label];

    /// <summary>What is measured of it.</summary>
    public DeploymentStory Story => story;

    /// <summary>Its label.</summary>
    public string Label
    {
        get => _labels[^1];
        set => _labels.Add(value);
    }

    /// <summary>Every label it ever had.</summary>
    public IEnumerable<string> Labels => _labels.Distinct();

    /// <summary>Its importance.</summary>
    public string Importance { get; set; } = story.Importance;

    /// <summary>Whether it is there.</summary>
    public bool IsGone { get; set; }

    /// <summary>Custom metrics that were removed.</summary>
    public SortedSet<string> GoneMetrics { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes a host away, or brings it back.</summary>
    public void SetHost(string host, bool isThere, DateTimeOffset now)
    {
        if (!_absences.TryGetValue(host, out var absences))
            _absences[host] = absences = [];
        if (!isThere && AbsentSince(host) is null)
            absences.Add((now, DateTimeOffset.MaxValue));
        else if (isThere && AbsentSince(host) is not null)
            absences[^1] = (absences[^1].From, now);
    }

    /// <summary>Since when a host is away; null when it is there.</summary>
    public DateTimeOffset? AbsentSince(string host) =>
        _absences.TryGetValue(host, out var absences) && absences.Count > 0 && absences[^1].To == DateTimeOffset.MaxValue ? absences[^1].From : null;

    /// <summary>Whether a host was ever away.</summary>
    public bool WasEverAbsent(string host) => _absences.ContainsKey(host);

    /// <summary>When a host that is away was there again after it had been away before; the beginning of time when it had not.</summary>
    public DateTimeOffset BackSince(string host) =>
        _absences.TryGetValue(host, out var absences) && absences.Count > 1 ? absences[^2].To : DateTimeOffset.MinValue;

    /// <summary>Whether a host was away when a window began.</summary>
    public bool WasAbsent(string host, DateTimeOffset start) =>
        _absences.TryGetValue(host, out var absences) && absences.Any(absence => start >= absence.From && start < absence.To);
}

using System.Collections.Immutable;
using System.Text;

namespace Simulation.World;

/// <summary>The rule file as it is in git at a moment.</summary>
public sealed record RuleBook
{
    /// <summary>The rules by name.</summary>
    public ImmutableSortedDictionary<string, RuleSpec> Rules { get; init; } = ImmutableSortedDictionary.Create<string, RuleSpec>(StringComparer.Ordinal);

    /// <summary>The channels by name.</summary>
    public ImmutableSortedDictionary<string, ChannelSpec> Channels { get; init; } = ImmutableSortedDictionary.Create<string, ChannelSpec>(StringComparer.Ordinal);

    /// <summary>The routes in order.</summary>
    public ImmutableList<RouteSpec> Routes { get; init; } = [];

    /// <summary>The inhibitions; none for the built-in one.</summary>
    public ImmutableList<InhibitionSpec> Inhibitions { get; init; } = [];

    /// <summary>The maintenance windows.</summary>
    public ImmutableList<MaintenanceSpec> Maintenance { get; init; } = [];

    /// <summary>The same without the names of channels that are not there, as the reader of rule files asks.</summary>
    public RuleBook Consistent() => this with
    {
        Rules = Rules.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value with { Notify = Existing(pair.Value.Notify) }, StringComparer.Ordinal),
        Channels = Channels.ToImmutableSortedDictionary(
            pair => pair.Key, pair => pair.Value with { Fallback = LeadsBack(pair.Key) ? "" : pair.Value.Fallback }, StringComparer.Ordinal),
        Routes = [.. Routes.Select(route => route with { Notify = Existing(route.Notify) }).Where(route => route.Notify.Count > 0)],
    };

    /// <summary>As a file.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        Add("rules", Rules.Values);
        Add("channels", Channels.Values.Select(channel => $"{{ name: {channel.Name}, type: console{(channel.Fallback.Length > 0 ? $", fallback: {channel.Fallback}" : "")} }}"));
        Add("routes", Routes);
        Add("inhibit", Inhibitions);
        Add("maintenance", Maintenance);
        return text.ToString();

        void Add(string key, IEnumerable<object> items)
        {
            var all = items.ToList();
            text.Append(key).Append(all.Count == 0 ? ": []\n" : ":\n");
            foreach (var item in all)
                text.Append("- ").Append(item).Append('\n');
        }
    }

    /// <summary>Whether a channel's fallbacks lead nowhere or in a circle.</summary>
    private bool LeadsBack(string channel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { channel };
        for (var next = Channels[channel].Fallback; next.Length > 0; next = Channels[next].Fallback)
        {
            if (!Channels.ContainsKey(next) || !seen.Add(next))
                return true;
        }

        return false;
    }

    private List<string> Existing(IEnumerable<string> channels) => [.. channels.Where(Channels.ContainsKey)];
}

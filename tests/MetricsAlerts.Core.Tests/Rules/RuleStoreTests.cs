using MetricsAlerts.Rules;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Core.Tests.Rules;

public sealed class RuleStoreTests : IAsyncDisposable
{
    private const string Yaml =
        """
        rules:
          - name: floor
            description: "It's \"wrong\": too often # really"
            deployments: { id: [a1, b2], label: "credit-*", importance: HIGH, modelType: "*Boost*" }
            instances: [all, "10.*"]
            metric: Accuracy
            when: { below: { warning: 0.85, critical: 0.8 }, recoverAbove: { warning: 0.87, critical: 0.82 } }
            for: 2 of 3 windows
            recoverAfter: 6h
            minSamples: 50
            confidence: 95%
            complete: 80%
            noData: alert
            remindEvery: 1d
            labels: { team: credit, "odd key": "a: b" }
            runbook: https://wiki.example.com/a?b=c#d
            notify: [chat]
          - { name: off, metric: "response*", bucket: 1d, when: { above: 300 }, severity: critical, enabled: false }
        channels:
          - { name: chat, type: teams, url: "secret:chat" }
          - { name: mail, type: email, url: "secret:mail", to: [a@example.com], fallback: chat }
        routes:
          - { match: { severity: critical, team: "c*" }, notify: [mail] }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteTableStore _tables;
    private readonly FakeTimeProvider _time = new();
    private readonly RuleStore _store;

    public RuleStoreTests()
    {
        _database = new(Options.Create(new SqliteOptions { File = _folder.File("rules.db") }));
        _tables = new(_database);
        _store = new(_tables, _time, NullLogger<RuleStore>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_applied_comes_back_the_same()
    {
        var file = RuleFile.Parse(Yaml, "rules.yaml");
        Assert.Empty(file.Diagnostics);
        Assert.Equal("5 added, 0 changed, 0 removed, 0 unchanged", (await _store.ApplyAsync(file, Cancellation)).ToString());

        var stored = await _store.LoadAsync(Cancellation);

        Assert.Empty(stored.Diagnostics);
        Assert.Equivalent(file.Rules, stored.Rules, strict: true);
        Assert.Equivalent(file.Channels, stored.Channels, strict: true);
        Assert.Equivalent(file.Routes, stored.Routes, strict: true);
        Assert.Equal("0 added, 0 changed, 0 removed, 5 unchanged", (await _store.ApplyAsync(stored, Cancellation)).ToString());
    }

    [Fact]
    public async Task A_threshold_edited_by_hand_is_used_within_the_cache_time()
    {
        await _store.ApplyAsync(RuleFile.Parse("rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 } }]", "x"), Cancellation);
        Assert.Equal("{ below: 0.85 }", (await _store.GetAsync(Cancellation)).Rules[0].When.ToYaml());

        await EditAsync("floor", "when", "{ below: 0.8 }");
        Assert.Equal("{ below: 0.85 }", (await _store.GetAsync(Cancellation)).Rules[0].When.ToYaml());
        _time.Advance(RuleStore.CacheTime);

        Assert.Equal("{ below: 0.8 }", (await _store.GetAsync(Cancellation)).Rules[0].When.ToYaml());
    }

    [Fact]
    public async Task An_entity_that_does_not_parse_disables_only_itself_and_is_reported()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);
        await EditAsync("floor", "for", "three windows");

        var stored = await _store.LoadAsync(Cancellation);

        Assert.Equal(["off"], stored.Rules.Select(rule => rule.Name));
        Assert.Contains("three windows", Assert.Single(stored.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Equal("Rules/rule/floor", stored.Diagnostics[0].File);
    }

    [Fact]
    public async Task Rules_that_are_no_longer_in_the_file_are_removed()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);

        var changes = await _store.ApplyAsync(RuleFile.Parse("rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 } }]", "x"), Cancellation);

        Assert.Equal((0, 1, 1, 0), (changes.Added, changes.Changed, changes.Removed, changes.Unchanged));
    }

    // P19
    [Fact]
    public async Task A_file_without_a_section_leaves_what_is_stored_of_it_alone_and_says_so()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);

        var changes = await _store.ApplyAsync(
            RuleFile.Parse("rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 }, notify: [chat] }]", "x"), Cancellation);

        Assert.Equal(
            "0 added, 1 changed, 1 removed, 0 unchanged; left alone, as the file does not have these sections: 2 channels, 1 route",
            changes.ToString());
        Assert.Empty(changes.Warnings);
        var stored = await _store.GetAsync(Cancellation);
        Assert.Equal((2, 1), (stored.Channels.Count, stored.Routes.Count));
    }

    // P19
    [Fact]
    public async Task An_empty_section_removes_what_is_stored_of_it()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);

        var changes = await _store.ApplyAsync(RuleFile.Parse("routes: []", "x"), Cancellation);

        Assert.Equal(
            "0 added, 0 changed, 1 removed, 0 unchanged; left alone, as the file does not have these sections: 2 rules, 2 channels",
            changes.ToString());
        Assert.Empty((await _store.GetAsync(Cancellation)).Routes);
    }

    // P19
    [Fact]
    public async Task Removing_a_channel_that_a_stored_rule_or_route_names_is_warned_of()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);

        var changes = await _store.ApplyAsync(RuleFile.Parse("channels: [{ name: chats, type: console }]", "x"), Cancellation);

        Assert.Equal(
            ["rule 'floor' names the channel 'chat', which is not stored. Did you mean 'chats'?", "route 1 names the channel 'mail', which is not stored."], changes.Warnings);
    }

    // P19
    [Fact]
    public async Task A_rule_that_names_a_channel_that_is_not_stored_is_warned_of()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);

        var changes = await _store.ApplyAsync(
            RuleFile.Parse("rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 }, notify: [chatt] }]", "x"), Cancellation);

        Assert.Equal("rule 'floor' names the channel 'chatt', which is not stored. Did you mean 'chat'?", Assert.Single(changes.Warnings));
    }

    // R20
    [Fact]
    public async Task A_file_with_an_error_applies_nothing_at_all()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);
        var version = (await _store.GetAsync(Cancellation)).Version;
        var rules = string.Join(
            '\n', Enumerable.Range(0, 150).Select(number => $"- {{ name: r{number}, metric: Accuracy, when: {{ below: 0.5 }} }}"));
        var file = RuleFile.Parse(
            $"rules:\n{rules}\n- {{ name: long, metric: Accuracy, when: {{ below: 0.5 }}, description: {new string('x', 100_000)} }}",
            "x.yaml");

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => _store.ApplyAsync(file, Cancellation));

        Assert.Contains("description: found 100000 characters; at most 1000 are allowed.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(version, (await _store.GetAsync(Cancellation)).Version);
    }

    // P9
    [Theory]
    [InlineData("when", "{ missingFor: 99999999d }")]
    [InlineData("for", "99999999w")]
    [InlineData("labels", "{ [x, y]: z }")]
    [InlineData("when", "&w { all: [*w, *w] }")]
    [InlineData("metric", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("name", "off")]
    [InlineData("name", "off\n- name: two\n  metric: Accuracy\n  when: { below: 1 }")]
    public async Task Whatever_is_in_an_entity_disables_only_the_entity(string key, string value)
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);
        await EditAsync("floor", key, value);

        var rules = await _store.GetAsync(Cancellation);

        Assert.Equal(["off"], rules.Rules.Select(rule => rule.Name));
        Assert.Equal(["floor"], rules.Unreadable);
        Assert.Equal(2, rules.Channels.Count);
        Assert.Contains((await _store.LoadAsync(Cancellation)).Diagnostics, diagnostic => diagnostic.File == "Rules/rule/floor");
    }

    [Fact]
    public async Task The_version_changes_with_what_is_stored_and_is_the_same_in_every_process()
    {
        await _store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);
        var before = (await _store.GetAsync(Cancellation)).Version;
        using var elsewhere = new RuleStore(_tables, _time, NullLogger<RuleStore>.Instance);
        Assert.Equal(before, (await elsewhere.GetAsync(Cancellation)).Version);

        await EditAsync("floor", "when", "{ below: 0.8 }");
        _time.Advance(RuleStore.CacheTime);

        Assert.NotEqual(before, (await _store.GetAsync(Cancellation)).Version);
    }

    // P32
    [Fact]
    public async Task A_clock_that_is_set_back_does_not_freeze_the_rules()
    {
        var clock = new SteppedClock(_time);
        using var store = new RuleStore(_tables, clock, NullLogger<RuleStore>.Instance);
        await store.ApplyAsync(RuleFile.Parse(Yaml, "x"), Cancellation);
        await store.GetAsync(Cancellation);
        clock.Step = TimeSpan.FromHours(-2);
        await EditAsync("floor", "when", "{ below: 0.8 }");
        _time.Advance(RuleStore.CacheTime);

        Assert.Equal("{ below: 0.8 }", (await store.GetAsync(Cancellation)).Find("floor")!.When.ToYaml());
    }

    [Fact]
    public async Task No_reader_sees_a_rule_or_route_that_names_a_channel_which_is_not_there()
    {
        await _store.ApplyAsync(RuleFile.Parse(With("one"), "x"), Cancellation);
        var watched = new WatchedTables(_tables, CheckAsync);
        using var store = new RuleStore(watched, _time, NullLogger<RuleStore>.Instance);

        await store.ApplyAsync(RuleFile.Parse(With("two"), "x"), Cancellation);

        // The channel is added, rule and route are changed, the channel is removed.
        Assert.Equal(4, watched.Commits);
        Assert.Equal("two", Assert.Single((await store.GetAsync(Cancellation)).Channels).Key);

        async Task CheckAsync()
        {
            var stored = await _store.LoadAsync(Cancellation);
            Assert.Empty(stored.Rules.SelectMany(rule => rule.Notify).Concat(
                stored.Routes.SelectMany(route => route.Notify)).Except(stored.Channels.Select(channel => channel.Name)));
        }

        static string With(string channel) => $$"""
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 }, notify: [{{channel}}] }]
            channels: [{ name: {{channel}}, type: console }]
            routes: [{ notify: [{{channel}}] }]
            """;
    }

    [Fact]
    public async Task A_reader_that_is_overtaken_by_an_apply_reads_again_until_all_is_of_one_moment()
    {
        await _store.ApplyAsync(RuleFile.Parse(
            "rules: [{ name: a, metric: Accuracy, when: { below: 0.5 }, notify: [one] }]\nchannels: [{ name: one, type: console }]",
            "x"), Cancellation);
        var overtaken = false;
        var slow = new WatchedTables(_tables, () => Task.CompletedTask)
        {
            BeforeQuery = async partition =>
            {
                if (partition != "channel" || overtaken)
                    return;
                overtaken = true;
                await _store.ApplyAsync(RuleFile.Parse(
                    "rules: [{ name: a, metric: Accuracy, when: { below: 0.5 }, notify: [two] }]\nchannels: [{ name: two, type: console }]",
                    "x"), Cancellation);
            },
        };
        using var store = new RuleStore(slow, _time, NullLogger<RuleStore>.Instance);

        var rules = await store.GetAsync(Cancellation);

        Assert.True(overtaken);
        Assert.Equal(rules.Rules[0].Notify, rules.Channels.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A clock that somebody sets.</summary>
    private sealed class SteppedClock(TimeProvider time) : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Step;

        public override long GetTimestamp() => time.GetTimestamp();
    }

    private sealed class WatchedTables(ITableStore tables, Func<Task> afterCommit) : ITableStore
    {
        public int Commits { get; private set; }

        public Func<string, Task> BeforeQuery { get; init; } = _ => Task.CompletedTask;

        public ITable GetTable(string name) => new Table(tables.GetTable(name), this, afterCommit);

        private sealed class Table(ITable table, WatchedTables watched, Func<Task> afterCommit) : ITable
        {
            public string Name => table.Name;

            public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
                table.GetAsync(partitionKey, rowKey, cancellationToken);

            public async IAsyncEnumerable<TableRow> QueryAsync(
                string partitionKey, RowKeyRange range, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
            {
                await watched.BeforeQuery(partitionKey);
                await foreach (var row in table.QueryAsync(partitionKey, range, cancellationToken))
                    yield return row;
            }

            public async ValueTask<IReadOnlyList<string>> CommitAsync(
                string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken)
            {
                var etags = await table.CommitAsync(partitionKey, operations, cancellationToken);
                watched.Commits++;
                await afterCommit();
                return etags;
            }
        }
    }

    private async Task EditAsync(string rule, string key, string value)
    {
        var table = _tables.GetTable("Rules");
        var row = (await table.GetAsync("rule", rule, Cancellation))!;
        await table.CommitAsync("rule", [TableOperation.Save(row with { Properties = new Dictionary<string, object>(row.Properties) { [key] = value } })], Cancellation);
    }
}

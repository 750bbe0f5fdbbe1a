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
        Assert.Equal(new RuleChanges(5, 0, 0, 0), await _store.ApplyAsync(file, Cancellation));

        var stored = await _store.LoadAsync(Cancellation);

        Assert.Empty(stored.Diagnostics);
        Assert.Equivalent(file.Rules, stored.Rules, strict: true);
        Assert.Equivalent(file.Channels, stored.Channels, strict: true);
        Assert.Equivalent(file.Routes, stored.Routes, strict: true);
        Assert.Equal(new RuleChanges(0, 0, 0, 5), await _store.ApplyAsync(stored, Cancellation));
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

        Assert.Equal(new RuleChanges(0, 1, 4, 0), changes);
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task EditAsync(string rule, string key, string value)
    {
        var table = _tables.GetTable("Rules");
        var row = (await table.GetAsync("rule", rule, Cancellation))!;
        await table.CommitAsync("rule", [TableOperation.Save(row with { Properties = new Dictionary<string, object>(row.Properties) { [key] = value } })], Cancellation);
    }
}

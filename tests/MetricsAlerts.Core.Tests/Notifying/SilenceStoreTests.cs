using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Core.Tests.Notifying;

public sealed class SilenceStoreTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hours = TimeSpan.FromHours(4);

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteTableStore _tables;
    private readonly FakeTimeProvider _time = new(Start);
    private readonly RuleStore _rules;
    private readonly SilenceStore _silences;

    public SilenceStoreTests()
    {
        _database = new(Options.Create(new SqliteOptions { File = _folder.File("silences.db"), Durability = Durability.Process }));
        _tables = new(_database);
        _rules = new(_tables, _time, NullLogger<RuleStore>.Instance);
        _silences = Store(_time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _time.GetUtcNow();

    // P20, R4
    [Theory]
    [InlineData("deploymnt", "credit-*", "no alert has the label 'deploymnt'; allowed: severity, rule, deployment, deploymentId, instance, metric, family, condition, team. Did you mean 'deployment'?")]
    [InlineData("severity", "hihg", "severity: found 'hihg'; expected warning, critical, or a glob of these.")]
    [InlineData("condition", "missing", "condition: found 'missing'; expected below, above")]
    [InlineData("rule", "*", "'rule=*' means every alert; say which alerts the silence is for, such as rule=NAME.")]
    [InlineData("severity", "*i*", "means every alert")]
    [InlineData("rule", "", "the label 'rule' has no value")]
    [InlineData("rule", null, "the label 'rule' has no value")]
    public async Task A_silence_that_can_mute_nothing_or_everything_is_refused(string label, string? glob, string message)
    {
        await _rules.ApplyAsync(
            RuleFile.Parse("rules: [{ name: floor, metric: Accuracy, when: { below: 1 }, labels: { team: x } }]", "x"), Cancellation);

        var exception = await Assert.ThrowsAsync<SilenceRefusedException>(() => AddAsync((label, glob)));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Empty(await _silences.ListAsync(Cancellation));
    }

    // P20
    [Fact]
    public async Task A_label_of_a_stored_rule_is_one_that_an_alert_can_have()
    {
        await Assert.ThrowsAsync<SilenceRefusedException>(() => AddAsync(("team", "x")));
        await _rules.ApplyAsync(
            RuleFile.Parse("rules: [{ name: floor, metric: Accuracy, when: { below: 1 }, labels: { team: x } }]", "x"), Cancellation);

        await AddAsync(("team", "*"));

        Assert.Single(await _silences.GetActiveAsync(Now, Cancellation));
    }

    // P20
    [Fact]
    public async Task A_label_given_twice_is_refused_rather_than_the_last_one_kept() => Assert.Contains(
        "the label 'rule' is given twice", (await Assert.ThrowsAsync<SilenceRefusedException>(
            () => AddAsync(("rule", "floor"), ("rule", "other")))).Message, StringComparison.Ordinal);

    // P20
    [Fact]
    public async Task A_severity_is_written_in_any_case()
    {
        await AddAsync(("severity", "CRITICAL"));

        Assert.True(Assert.Single(await _silences.GetActiveAsync(Now, Cancellation)).Match.Matches(_ => "critical"));
    }

    // R4
    [Theory]
    [InlineData(366, 0, "A silence of 366d is too long; at most 365d are allowed.")]
    [InlineData(3_000_000, 0, "at most 365d are allowed.")]
    [InlineData(1, 366, "is too far ahead; at most 365d are allowed.")]
    [InlineData(1, -2, "in the future")]
    [InlineData(0, 0, "end after it starts")]
    public async Task A_silence_of_absurd_length_or_time_is_refused(int days, int ahead, string message)
    {
        var exception = await Assert.ThrowsAsync<SilenceRefusedException>(() => _silences.AddAsync(
            SilenceRequest.ReadMatch([("rule", "floor")]), Now.AddDays(ahead), TimeSpan.FromDays(days), "me", "", Cancellation));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_a_table_could_not_hold_are_refused()
    {
        var exception = await Assert.ThrowsAsync<SilenceRefusedException>(() => _silences.AddAsync(
            SilenceRequest.ReadMatch([("rule", "floor")]), Now, Hours, "me", new string('x', 1001), Cancellation));

        Assert.Equal("comment: found 1001 characters; at most 1000 are allowed.", exception.Message);
    }

    // R5
    [Fact]
    public async Task A_link_makes_one_silence_for_each_alert_and_asking_again_makes_it_last_longer()
    {
        var first = await AddForAlertAsync("alert-1", "m*");
        _time.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddForAlertAsync("alert-1", "m*")));
        await AddForAlertAsync("alert-2", "m");

        var silences = await _silences.ListAsync(Cancellation);

        Assert.Equal(2, silences.Count);
        var silence = silences.Single(silence => silence.Id == first.Id);
        Assert.Equal((Start, Now + Hours), (silence.Start, silence.End));
    }

    // R5
    [Fact]
    public async Task A_link_silences_its_own_alert_only_whatever_its_names_are_made_of()
    {
        await AddForAlertAsync("alert-1", "m*");

        var silence = Assert.Single(await Store(_time).GetActiveAsync(Now, Cancellation));

        Assert.True(silence.Match.Matches(_ => "m*"));
        Assert.False(silence.Match.Matches(_ => "mean"));
        Assert.Equal("metric=\"m*\"", silence.Match.ToString());
    }

    // R24
    [Fact]
    public async Task Silences_are_read_every_ten_seconds_at_most_and_when_this_process_has_changed_one()
    {
        var counting = new CountingTables(_tables);
        var silences = new SilenceStore(counting, _rules, _time, NullLogger<SilenceStore>.Instance);
        await silences.GetActiveAsync(Now, Cancellation);
        for (var alert = 0; alert < 100; alert++)
            await silences.GetActiveAsync(Now, Cancellation);
        Assert.Equal(1, counting.Queries);

        await AddAsync(("rule", "floor"));
        Assert.Empty(await silences.GetActiveAsync(Now, Cancellation));
        _time.Advance(SilenceStore.CacheTime);
        var silence = Assert.Single(await silences.GetActiveAsync(Now, Cancellation));

        Assert.True(await silences.ExpireAsync(silence.Id, Cancellation));
        Assert.Empty(await silences.GetActiveAsync(Now, Cancellation));
        Assert.False(await silences.ExpireAsync(silence.Id, Cancellation));
        Assert.Equal(3, counting.Queries);
    }

    // P32
    [Fact]
    public async Task A_clock_that_is_set_back_does_not_freeze_the_silences()
    {
        var clock = new SteppedClock(_time);
        var silences = Store(clock);
        await silences.GetActiveAsync(Now, Cancellation);
        clock.Step = TimeSpan.FromHours(-2);
        await AddAsync(("rule", "floor"));
        _time.Advance(SilenceStore.CacheTime);

        Assert.Single(await silences.GetActiveAsync(Now, Cancellation));
    }

    // R24
    [Fact]
    public async Task There_are_at_most_10000_silences_that_are_not_over_and_those_that_are_do_not_count()
    {
        await FillAsync("over", 200, Start.AddDays(-1));
        await FillAsync("on", SilenceStore.MaxSilences - 1, Start.AddDays(1));
        await AddAsync(("rule", "last"));

        var exception = await Assert.ThrowsAsync<SilenceRefusedException>(() => AddAsync(("rule", "too-many")));
        await Assert.ThrowsAsync<SilenceRefusedException>(() => AddForAlertAsync("alert-1", "m"));

        Assert.Equal("There are 10000 silences that are not over, and no more are allowed; end some first.", exception.Message);
        Assert.Equal(SilenceStore.MaxSilences, (await _silences.GetActiveAsync(Now, Cancellation)).Count);
        Assert.Equal(SilenceStore.MaxSilences + 200, (await _silences.ListAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task A_row_that_somebody_has_made_unreadable_mutes_nothing_and_stops_nothing()
    {
        await AddAsync(("rule", "floor"));
        foreach (var (key, match) in new[] { ("a", "{"), ("b", "null"), ("c", "{\"rule\":null}"), ("d", "{}") })
        {
            var row = new TableRow(
                key, new Dictionary<string, object> { ["match"] = match, ["start"] = Start, ["end"] = Start.AddDays(1) });
            await _tables.GetTable(PipelineTables.Silences).CommitAsync("silence", [new TableOperation.Insert(row)], Cancellation);
        }

        _time.Advance(SilenceStore.CacheTime);

        Assert.Single(await _silences.GetActiveAsync(Now, Cancellation));
        Assert.Single(await _silences.ListAsync(Cancellation));
        Assert.False(await _silences.ExpireAsync("a", Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        _rules.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private SilenceStore Store(TimeProvider time) => new(_tables, _rules, time, NullLogger<SilenceStore>.Instance);

    private async Task<Silence> AddAsync(params (string Label, string? Glob)[] match) =>
        await _silences.AddAsync(SilenceRequest.ReadMatch(match), Now, Hours, "me", "", Cancellation);

    private Task<Silence> AddForAlertAsync(string alert, string metric) =>
        _silences.AddForAlertAsync(
            alert, new(new Dictionary<string, Glob> { ["metric"] = Glob.Exact(metric) }), Hours, "link", "", Cancellation);

    private async Task FillAsync(string prefix, int count, DateTimeOffset end)
    {
        var rows = Enumerable.Range(0, count).Select(number => SilenceRow.Write(new(
            $"{prefix}-{number}", new(new Dictionary<string, Glob> { ["rule"] = new($"r{number}*") }), Start.AddDays(-2), end, "me", "")));
        foreach (var batch in rows.Chunk(TableLimits.MaxBatchOperations))
            await _tables.GetTable(
                PipelineTables.Silences).CommitAsync("silence", [.. batch.Select(row => new TableOperation.Insert(row))], Cancellation);
    }

    /// <summary>A clock that somebody sets.</summary>
    private sealed class SteppedClock(TimeProvider time) : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Step;

        public override long GetTimestamp() => time.GetTimestamp();
    }

    private sealed class CountingTables(ITableStore tables) : ITableStore
    {
        public int Queries { get; private set; }

        public ITable GetTable(string name) => new Table(tables.GetTable(name), this);

        private sealed class Table(ITable table, CountingTables counting) : ITable
        {
            public string Name => table.Name;

            public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
                table.GetAsync(partitionKey, rowKey, cancellationToken);

            public IAsyncEnumerable<TableRow> QueryAsync(string partitionKey, RowKeyRange range, CancellationToken cancellationToken)
            {
                counting.Queries++;
                return table.QueryAsync(partitionKey, range, cancellationToken);
            }

            public ValueTask<IReadOnlyList<string>> CommitAsync(
                string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken) =>
                table.CommitAsync(partitionKey, operations, cancellationToken);
        }
    }
}

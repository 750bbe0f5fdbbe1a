using MetricsAlerts.Core.Tests.Collecting;

namespace MetricsAlerts.Core.Tests.Lifecycle;

/// <summary>A rule that comes back finds no less, and nothing else, than Collect believes to have published.</summary>
public sealed class RuleThatComesBackTests : IAsyncDisposable
{
    private const string Other = "{ name: other, metric: AUC, bucket: 1d, deployments: { id: d1 }, when: { below: 0.1 } }";

    private readonly PipelineFixture _pipeline = new();

    private FakeSource Source => _pipeline.Source;

    [Fact]
    public async Task A_rule_that_is_rolled_back_before_its_windows_are_evaluated_finds_them_when_it_is_applied_again()
    {
        Source.Set("d1", "Accuracy", _ => 0.5);
        await ApplyAsync("");
        await _pipeline.RunTickAsync();
        await ApplyAsync("when: { below: 0.8 }, for: 3 windows");
        await PassAsync(TimeSpan.FromMinutes(10));
        await _pipeline.TickAsync();
        await ApplyAsync("");
        await _pipeline.WorkAsync();

        await ApplyAsync("when: { below: 0.8 }, for: 3 windows");
        await TickAfterAsync(TimeSpan.FromMinutes(10));

        Assert.Contains("r/all open warning", await _pipeline.AlertsAsync());
    }

    [Fact]
    public async Task A_rule_that_is_back_after_Collect_died_forgetting_its_series_finds_it()
    {
        Source.Set("d1", "Accuracy", _ => 0.5);
        await ApplyAsync("when: { below: 0.8 }, for: 3 windows");
        await _pipeline.RunTickAsync();
        await ApplyAsync("");
        _pipeline.Tables.OnCommit = (partition, _) =>
        {
            if (partition == "Checkpoints/d1")
                throw new IOException("It died.");
        };
        await TickAfterAsync(TimeSpan.FromMinutes(10));
        _pipeline.Tables.OnCommit = (_, _) => { };

        await ApplyAsync("when: { below: 0.8 }, for: 3 windows");
        await TickAfterAsync(TimeSpan.FromMinutes(10));

        Assert.Contains("r/all open warning", await _pipeline.AlertsAsync());
    }

    [Fact]
    public async Task Windows_that_were_forgotten_do_not_come_back()
    {
        Source.Set("d1", "Accuracy", _ => 0.5);
        await ApplyAsync("when: { below: 0.2 }");
        await _pipeline.RunTickAsync();
        await ApplyAsync("");
        await TickAfterAsync(TimeSpan.FromHours(1));
        await TickAfterAsync(TimeSpan.FromHours(1));

        Source.Set("d1", "Accuracy", _ => 0.9);
        await TickAfterAsync(TimeSpan.FromDays(16));
        await ApplyAsync("when: { below: 0.8 }, for: 100h, recoverAfter: 168 windows");
        await TickAfterAsync(TimeSpan.FromHours(1));
        await TickAfterAsync(TimeSpan.FromHours(1));

        Assert.DoesNotContain("r/all open warning", await _pipeline.AlertsAsync());
    }

    [Fact]
    public async Task The_week_that_is_read_beside_a_series_of_days_is_there_for_a_rule_that_is_tuned_later()
    {
        Source.Set("d1", "Accuracy", _ => 0.5);
        await ApplyAsync("");
        await _pipeline.RunTickAsync();
        await ApplyAsync("when: { below: 0.2 }");
        await TickAfterAsync(TimeSpan.FromHours(1));

        await ApplyAsync("when: { below: 0.8 }, for: 48h");
        await TickAfterAsync(TimeSpan.FromHours(1));

        Assert.Contains("r/all open warning", await _pipeline.AlertsAsync());
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    /// <summary>Applies a rule on the accuracy beside the other one, or only that.</summary>
    private Task ApplyAsync(string rule) => _pipeline.ApplyAsync(
        $"rules: [{(rule.Length > 0 ? $"{{ name: r, metric: Accuracy, deployments: {{ id: d1 }}, {rule} }}, " : "")}{Other}]");

    private Task PassAsync(TimeSpan time)
    {
        _pipeline.Time.Advance(time);
        return Task.CompletedTask;
    }

    private async Task TickAfterAsync(TimeSpan time)
    {
        await PassAsync(time);
        await _pipeline.RunTickAsync();
    }
}

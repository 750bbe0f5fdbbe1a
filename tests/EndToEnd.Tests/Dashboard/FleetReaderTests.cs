using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Ticks;
using MetricsAlerts.Viewing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EndToEnd.Tests.Dashboard;

/// <summary>What is read again, and when.</summary>
public sealed class FleetReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reading_that_changes_nothing_but_a_value_is_shown_as_soon_as_alerts_are_read_again()
    {
        await using var dashboard = await DashboardApplication.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var fleet = ReaderOf(dashboard.Services, clock);
        await dashboard.ReadAsync("d1", "credit-risk", Instances.All, "Accuracy", 0.95);
        Assert.Equal(0.95, await ValueAsync(fleet));

        await dashboard.ReadAsync("d1", "credit-risk", Instances.All, "Accuracy", 0.95, 0.96);
        Assert.Equal(0.95, await ValueAsync(fleet));
        clock.Advance(FleetReader.CacheTime);

        Assert.Equal(0.96, await ValueAsync(fleet));
    }

    internal static FleetReader ReaderOf(IServiceProvider services, TimeProvider time) => new(
        services.GetRequiredService<ITableStore>(), services.GetRequiredService<AlertingDeployments>(),
        services.GetRequiredService<KnownDeployments>(), services.GetRequiredService<RuleStore>(), time);

    private static async Task<double?> ValueAsync(FleetReader fleet) => (await fleet.ReadAsync(Cancellation)).Deployments
        .Single(one => one.Deployment.Id == "d1").Series.Single().NewestValue?.Value;
}

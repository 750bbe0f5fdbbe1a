using System.Net;
using System.Text.Json;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Operations.Health;
using MetricsAlerts.Storage;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace EndToEnd.Tests.Api;

/// <summary>What <c>/healthz</c> and <c>/readyz</c> say of a process that is well, and of one that is not.</summary>
public sealed class HealthTests
{
    private const string Rules =
        """
        rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 } }]
        channels: [{ name: out, type: console }]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_is_well_says_so_part_by_part(bool handedOver)
    {
        await using var host = await ApiHost.StartAsync(handedOver);
        await host.ApplyAsync(Rules);

        var health = await host.GetAsync("healthz");

        Assert.Equal(("ok", 1), (health.GetProperty("status").GetString(), health.GetProperty("rules").GetInt32()));
        Assert.Equal(["rules", "storage", "lastTick", "channels"], Texts(health, "well"));
        Assert.Empty(Texts(health, "notWell"));
    }

    [Fact]
    public async Task It_is_ready_when_it_has_its_first_rules()
    {
        await using var host = await ApiHost.StartAsync();
        using (var before = await host.SendAsync(HttpMethod.Get, "readyz"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);

        await host.ApplyAsync(Rules);

        Assert.True((await host.GetAsync("readyz")).GetProperty("ready").GetBoolean());
    }

    // R15, functions D7
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Storage_that_cannot_be_read_is_said_and_nobody_is_told_why(bool handedOver)
    {
        var table = new Mock<ITable>();
        table.Setup(broken => broken.QueryAsync(It.IsAny<string>(), It.IsAny<RowKeyRange>(), It.IsAny<CancellationToken>()))
            .Throws(new InvalidOperationException("The account somewhere.example.com is gone."));
        await using var host = await StartAsync(handedOver, table.Object);

        var (status, health) = await HealthAsync(host);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (status, health.GetProperty("status").GetString()));
        Assert.Contains("rules", Texts(health, "notWell"));
        Assert.DoesNotContain("somewhere", health.GetRawText(), StringComparison.Ordinal);
    }

    // R15
    [Fact]
    public async Task Storage_that_cannot_be_written_is_said()
    {
        var table = new Mock<ITable>();
        table.Setup(full => full.QueryAsync(It.IsAny<string>(), It.IsAny<RowKeyRange>(), It.IsAny<CancellationToken>()))
            .Returns(AsyncEnumerable.Empty<TableRow>());
        table.Setup(full => full.CommitAsync(
            It.IsAny<string>(), It.IsAny<IReadOnlyList<TableOperation>>(), It.IsAny<CancellationToken>()))
            .Throws(new IOException("No space left on device"));
        await using var host = await StartAsync(handedOver: false, table.Object);

        var (status, health) = await HealthAsync(host);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(["storage"], Texts(health, "notWell"));
    }

    [Fact]
    public async Task A_channel_whose_secret_is_missing_is_said_and_the_process_works_on()
    {
        await using var host = await ApiHost.StartAsync();
        await host.ApplyAsync("channels: [{ name: team, type: teams, url: \"secret:lost\" }]");

        var (status, health) = await HealthAsync(host);

        Assert.Equal((HttpStatusCode.OK, "degraded"), (status, health.GetProperty("status").GetString()));
        Assert.Equal(["channels"], Texts(health, "notWell"));
        Assert.DoesNotContain("lost", health.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticks_that_stay_away_are_said()
    {
        var clock = new FakeTimeProvider(new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
        await using var host = await ApiHost.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)),
            settings: ("Health:LastTickWithin", "00:30:00"));
        Assert.Empty(Texts((await HealthAsync(host)).Health, "notWell"));

        clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(["lastTick"], Texts((await HealthAsync(host)).Health, "notWell"));

        await host.Services.GetRequiredService<TickReports>().BeginAsync(new() { At = clock.GetUtcNow() }, 1, Cancellation);
        Assert.Empty(Texts((await HealthAsync(host)).Health, "notWell"));
    }

    [Fact]
    public async Task A_worker_that_ended_is_said()
    {
        await using var host = await ApiHost.StartAsync(services => services
            .AddSingleton<IHealthCheck, WorkersHealth>().AddHostedService<Ending>());

        Assert.Equal(["workers"], Texts((await HealthAsync(host)).Health, "notWell"));
    }

    private static Task<ApiHost> StartAsync(bool handedOver, ITable table) => ApiHost.StartAsync(
        services => services.AddSingleton(Mock.Of<ITableStore>(store => store.GetTable(It.IsAny<string>()) == table)), handedOver);

    private static async Task<(HttpStatusCode Status, JsonElement Health)> HealthAsync(ApiHost host)
    {
        using var response = await host.SendAsync(HttpMethod.Get, "healthz");
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement);
    }

    private static IEnumerable<string?> Texts(JsonElement health, string name) =>
        health.GetProperty(name).EnumerateArray().Select(part => part.GetString());

    private sealed class Ending : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using MetricsAlerts.Metrics;
using MetricsAlerts.Viewing;
using Microsoft.Extensions.Time.Testing;

namespace EndToEnd.Tests.Dashboard;

/// <summary>Pages of a large fleet in a bad hour.</summary>
public sealed class DashboardSizeTests
{
    private const int Deployments = 200;
    private const int Hosts = 10;
    private const int MostBytes = 500_000;

    private static readonly string[] Pages =
        ["/", "/?severity=critical", "/deployments", "/deployments/d000", "/rules", "/rules/floor", "/history"];

    private static readonly string[] Metrics = ["Accuracy", "responseTime", "totalPredictions", "serverErrorRate", "rowCount"];

    /// <summary>10,000 series, 1,000 open alerts. How long it takes is printed: a machine that does other things says nothing.</summary>
    [Fact]
    public async Task A_thousand_open_alerts_and_ten_thousand_series_are_pages_of_half_a_megabyte_at_most()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var dashboard = await DashboardApplication.StartAsync();
        for (var number = 0; number < Deployments; number++)
        {
            var deployment = new Deployment($"d{number:000}", $"deployment {number}") { Importance = "HIGH" };
            await dashboard.SendAsync(deployment, [.. SeriesOf(number)]);
        }

        await dashboard.WorkAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using (var reader = FleetReaderTests.ReaderOf(dashboard.Services, clock))
        {
            foreach (var what in (string[])["reading everything", "when nothing has changed", "when nothing has changed"])
            {
                var began = Stopwatch.GetTimestamp();
                var fleet = await reader.ReadAsync(cancellation);
                Assert.Equal(Deployments * Hosts * Metrics.Length, fleet.Deployments.Sum(one => one.Series.Count));
                Print(what, began);
                clock.Advance(FleetReader.CacheTime);
            }
        }

        using var http = dashboard.Client();
        foreach (var page in Pages)
        {
            // Twice: the first reads everything, the second is what somebody sees who looks at the same time.
            foreach (var isFirst in (bool[])[true, false])
            {
                var began = Stopwatch.GetTimestamp();
                var html = await http.GetStringAsync(new Uri(page, UriKind.Relative), cancellation);
                var size = Encoding.UTF8.GetByteCount(html);
                Print($"{page}{(isFirst ? "" : " again")}, {size / 1000} KB", began);
                Assert.InRange(size, 1000, MostBytes);
            }
        }

        Assert.Contains(
            "<h1>1,000 alerts open</h1>",
            await http.GetStringAsync(new Uri("/", UriKind.Relative), cancellation),
            StringComparison.Ordinal);
    }

    private static void Print(string what, long began) => TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms"));

    private static IEnumerable<(string Instance, string Metric, double?[] Values)> SeriesOf(int deployment) =>
        from host in Enumerable.Range(0, Hosts)
        from metric in Metrics
        let isBad = metric == "Accuracy" && host % 2 == deployment % 2
        let values = Enumerable.Range(0, 26).Select(hour => (double?)ValueOf(metric, hour, isBad))
        select ($"10.0.{deployment}.{host}", metric, values.ToArray());

    private static double ValueOf(string metric, int hour, bool isBad) => metric switch
    {
        "Accuracy" => isBad && hour >= 20 ? 0.6 : 0.93 + (hour % 5 * 0.005),
        "serverErrorRate" => 0.001,
        "responseTime" => 40 + (hour % 7),
        _ => 500 + hour,
    };
}

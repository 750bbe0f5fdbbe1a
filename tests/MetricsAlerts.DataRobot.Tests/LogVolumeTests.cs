using System.Net;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.DataRobot.Tests;

public sealed class LogVolumeTests
{
    private static readonly DateTimeOffset Start = new(2019, 8, 1, 0, 0, 0, TimeSpan.Zero);

    // functions D4
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_goes_well_writes_no_line_where_the_heads_filter(bool isFiltered)
    {
        using var lines = new Lines();
        var server = new CannedServer(logging: logging =>
        {
            logging.AddProvider(lines);
            foreach (var (category, least) in isFiltered ? LogVolume.OfLibraries : [])
                logging.AddFilter(category, least);
        });
        server.Answers(HttpStatusCode.OK, """{"metrics":{"totalRequests":62}}""");

        await server.Source.Open(new("5c939e08962d741e34f609f0", "prices")).ReadSpanAsync(
            new("all", ["totalRequests"], Start, Start.AddDays(1)), TestContext.Current.CancellationToken);

        Assert.Single(server.Requests);
        Assert.Equal(isFiltered, lines.Categories.Count == 0);
    }

    [Fact]
    public async Task Tries_that_fail_write_no_line_of_their_own()
    {
        using var lines = new Lines();
        var server = new CannedServer(logging: logging =>
        {
            logging.AddProvider(lines);
            foreach (var (category, least) in LogVolume.OfLibraries)
                logging.AddFilter(category, least);
        });
        server.Answers(HttpStatusCode.ServiceUnavailable, "").Answers(HttpStatusCode.OK, """{"metrics":{"totalRequests":62}}""");

        await server.Source.Open(new("5c939e08962d741e34f609f0", "prices")).ReadSpanAsync(
            new("all", ["totalRequests"], Start, Start.AddDays(1)), TestContext.Current.CancellationToken);

        Assert.Equal(2, server.Requests.Count);
        Assert.Empty(lines.Categories);
    }

    private sealed class Lines : ILoggerProvider
    {
        public List<string> Categories { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Writer(categoryName, Categories);

        public void Dispose() => Categories.Clear();

        private sealed class Writer(string category, List<string> categories) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                categories.Add(category);
        }
    }
}

using System.Net;
using System.Text;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.DataRobot.Tests;

/// <summary>A server that answers what a test says, behind the real client with its real resilience.</summary>
internal sealed class CannedServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();
    private readonly Func<HttpRequestMessage, HttpResponseMessage>? _answer;

    public List<HttpRequestMessage> Requests { get; } = [];

    public IMetricSource Source { get; }

    /// <param name="answer">What it answers; null for one answer after the other.</param>
    /// <param name="logging">Where the client logs; null for nowhere.</param>
    public CannedServer(Func<HttpRequestMessage, HttpResponseMessage>? answer = null, Action<ILoggingBuilder>? logging = null)
    {
        _answer = answer;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataRobot:Endpoint"] = "https://app.datarobot.com/api/v2",
            ["DataRobot:ApiToken"] = "token",
            ["DataRobot:FirstRetry"] = "00:00:00.001",
            ["DataRobot:MaxRequestsPerSecond"] = "100000",
        }).Build();
        var services = new ServiceCollection().AddLogging(logging ?? (_ => { }));
        services.AddSingleton(TimeProvider.System);
        services.AddDataRobot(configuration);
        services.AddHttpClient("DataRobotClient").ConfigurePrimaryHttpMessageHandler(() => this);
        Source = services.BuildServiceProvider().GetRequiredService<IMetricSource>();
    }

    public static string Recorded(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Answers", name));

    public CannedServer Answers(HttpStatusCode status, string body, string type = "application/json", int times = 1)
    {
        for (var i = 0; i < times; i++)
            _answers.Enqueue(() => new(status) { Content = new StringContent(body, Encoding.UTF8, type) });
        return this;
    }

    public CannedServer AnswersRecorded(string name) => Answers(HttpStatusCode.OK, Recorded(name));

    public CannedServer Answers(HttpResponseMessage response)
    {
        _answers.Enqueue(() => response);
        return this;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult(_answer is null ? _answers.Dequeue()() : _answer(request));
    }
}

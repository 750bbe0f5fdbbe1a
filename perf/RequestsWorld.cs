using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Web;
using MetricsAlerts.Formats;

namespace Benchmarks;

/// <summary>How the actuals of a deployment come.</summary>
internal enum Arrival
{
    /// <summary>Once a day all of what was predicted until two hours before.</summary>
    Daily,

    /// <summary>Of every hour bit by bit within the next six.</summary>
    Steady,

    /// <summary>No predictions any more, and no actuals.</summary>
    Idle,
}

/// <summary>
/// A DataRobot of alike deployments behind the real client, without a network: answers are worked out from hashes of what was asked.
/// </summary>
internal sealed class RequestsWorld(IReadOnlyList<Arrival> deployments, int hosts, TimeProvider time) : HttpMessageHandler
{
    private const int RowsPerHour = 120;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Requests by deployment; those for the list are under <c>-1</c>.</summary>
    public ConcurrentDictionary<int, int> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var parts = request.RequestUri!.AbsolutePath["/api/v2/deployments/".Length..].Split('/');
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        var number = parts[0].Length == 0 ? -1 : int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Requests.AddOrUpdate(number, 1, (_, count) => count + 1);
        object answer = number < 0 ? List(int.Parse(query["offset"] ?? "0", CultureInfo.InvariantCulture)) : parts[1] switch
        {
            "settings" => new { associationId = new { columnNames = (string[])["id"] } },
            "segmentAttributes" => new { data = (string[])["DataRobot-Consumer", "DataRobot-Host-IP"] },
            "segmentValues" => new { data = Enumerable.Range(1, hosts).Select(host => $"10.0.0.{host}"), next = (string?)null },
            var endpoint => new Statistics(deployments[number], number, query, hosts, time.GetUtcNow()).Answer(endpoint),
        };
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(JsonSerializer.Serialize(answer), Encoding.UTF8, "application/json"),
        });
    }

    private object List(int offset) => new
    {
        data = Enumerable.Range(offset, Math.Min(100, deployments.Count - offset)).Select(number => new
        {
            id = number.ToString("x24", CultureInfo.InvariantCulture),
            label = $"model-{number}",
            importance = "HIGH",
            model = new { id = $"{number:x23}a", type = "Trees", targetType = "Binary" },
            predictionUsage = new
            {
                lastTimestamp = deployments[number] == Arrival.Idle ? "2026-01-01T00:00:00Z" : Timestamps.Format(time.GetUtcNow()),
            },
        }),
        next = offset + 100 < deployments.Count ? $"https://datarobot.example/api/v2/deployments/?limit=100&offset={offset + 100}" : null,
    };

    /// <summary>The statistics of one request.</summary>
    private sealed class Statistics(
        Arrival arrival, int number, System.Collections.Specialized.NameValueCollection query, int hosts, DateTimeOffset now)
    {
        private readonly DateTimeOffset _start = DateTimeOffset.Parse(query["start"]!, CultureInfo.InvariantCulture);
        private readonly DateTimeOffset _end = DateTimeOffset.Parse(query["end"]!, CultureInfo.InvariantCulture);
        private readonly int _rows = query["segmentValue"] is null ? RowsPerHour * hosts : RowsPerHour;

        public object Answer(string endpoint) => endpoint switch
        {
            "accuracy" => new { data = ((string[])["Accuracy", "LogLoss", "AUC"]).Select(metric => Accuracy(metric, _start)) },
            "accuracyOverTime" => new { baselines = (object[])[], buckets = Hours().Select(hour => Accuracy(query["metric"]!, hour)) },
            "serviceStats" => new { metrics = ServiceMetrics().ToDictionary(metric => metric, metric => Service(metric, _start)) },
            "serviceStatsOverTime" => new { buckets = Hours().Select(hour => new { value = Service(query["metric"]!, hour) }) },
            "predictionsOverTime" => new { buckets = Hours().Select(hour => new { rowCount = Rows() }) },
            _ => throw new InvalidOperationException($"The world does not know {endpoint}/."),
        };

        private IEnumerable<DateTimeOffset> Hours()
        {
            for (var hour = _start; hour < _end; hour += Hour)
                yield return hour;
        }

        private static string[] ServiceMetrics() =>
            ["totalPredictions", "totalRequests", "slowRequests", "executionTime", "responseTime", "userErrorRate", "serverErrorRate"];

        private object Accuracy(string metric, DateTimeOffset hour)
        {
            var known = Known(hour);
            double? value = known == 0 ? null : 0.9 + (Hash(metric, hour, known) * 0.05);
            return new { metricName = metric, modelId = query["modelId"], value, sampleSize = known };
        }

        private int Rows() => arrival == Arrival.Idle ? 0 : _rows;

        private int Known(DateTimeOffset hour) => arrival switch
        {
            Arrival.Daily => hour + Hour + TimeSpan.FromHours(2) <= Upload() ? _rows : 0,
            Arrival.Steady => (int)(_rows * Math.Clamp((Timestamps.Floor(now, TimeSpan.FromMinutes(10)) - hour - Hour) / (6 * Hour), 0, 1)),
            _ => 0,
        };

        /// <summary>Each deployment has its hour of the day.</summary>
        private DateTimeOffset Upload() => Timestamps.Floor(now - (Hour * (number % 24)), TimeSpan.FromDays(1)) + (Hour * (number % 24));

        private double? Service(string metric, DateTimeOffset hour) => metric switch
        {
            "totalRequests" => Rows() / 10,
            "totalPredictions" => Rows(),
            "executionTime" or "responseTime" => arrival == Arrival.Idle ? null : 40 + (20 * Hash(metric, hour, 0)),
            _ => 0,
        };

        private double Hash(string metric, DateTimeOffset hour, int known) =>
            (uint)HashCode.Combine(metric, hour, known, number, query["segmentValue"]) / (double)uint.MaxValue;
    }
}

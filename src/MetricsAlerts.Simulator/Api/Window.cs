using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The period, buckets, models and segment that a request asks for.</summary>
internal sealed class Window
{
    private static readonly BucketSize Hour = new(1, 0);
    private static readonly BucketSize Day = new(24, 0);

    private readonly SimulatedDeployment _deployment;
    private readonly DateTimeOffset _now;
    private readonly string? _host;
    private readonly BucketSize _bucket;
    private readonly bool _anyModel;

    /// <summary>Reads it from a request that has been checked.</summary>
    public Window(ApiRequest request)
    {
        _deployment = request.Statistics.Deployment;
        _now = request.Now;
        (Start, End) = QueryCheck.PeriodOf(request.Query, _now)!.Value;
        _bucket = BucketSize.TryParse(request.Text("bucketSize") ?? "", out var size) ? size
            : End - Start <= TimeSpan.FromDays(1) ? Hour
            : Day;
        SegmentAttribute = request.Text("segmentAttribute");
        SegmentValue = SegmentAttribute is null ? null : request.Text("segmentValue");
        _host = Segments.HostOf(SegmentAttribute, SegmentValue);
        var asked = request.Texts("modelId");
        Models = asked.Count > 0 ? asked : [_deployment.ModelAt(_now)];
        _anyModel = asked.Count == 0 && !request.Strict.ZerosForFormerModel;
    }

    public DateTimeOffset Start { get; }

    public DateTimeOffset End { get; }

    public string? SegmentAttribute { get; }

    public string? SegmentValue { get; }

    /// <summary>The models asked for; the current champion when none is.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>The first of them.</summary>
    public string Model => Models[0];

    /// <summary>The half-open buckets that cover the period; the last may be shorter.</summary>
    public IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Buckets()
    {
        for (var from = Start; from < End;)
        {
            var next = _bucket.After(from);
            yield return (from, next < End ? next : End);
            from = next;
        }
    }

    /// <summary>What one model did: of accuracy and drift, which are always a model's.</summary>
    public Slice OfModel(DateTimeOffset start, DateTimeOffset end, string model)
    {
        var (from, until) = _deployment.TimeOf(model);
        return All(start, end).Within(from, until);
    }

    /// <summary>What the deployment did: of one model when it was asked for, or when the simulator is strict about it.</summary>
    public Slice OfTraffic(DateTimeOffset start, DateTimeOffset end, string model) =>
        _anyModel ? All(start, end) : OfModel(start, end, model);

    /// <summary>The model that a bucket of traffic is said to be of.</summary>
    public string ModelOfTraffic(DateTimeOffset start, string model) => _anyModel ? _deployment.ModelAt(start) : model;

    private Slice All(DateTimeOffset start, DateTimeOffset end) => new(start, end, _now) { Host = _host };
}

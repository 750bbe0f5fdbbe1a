using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.DataRobot.Client;

/// <summary>
/// The parts of DataRobot's REST API that monitoring needs, typed and tolerant: unknown fields are ignored, absent ones are null.
/// </summary>
internal sealed class DataRobotClient(HttpClient http)
{
    private const int PageSize = 100;
    private const int MaxPages = 10_000;

    private Dictionary<string, Task<object>>? _remembered;
    private int _requests;

    /// <summary>Requests made by this instance; a retry is not counted again.</summary>
    public int Requests => _requests;

    /// <summary>A client that answers a question that it was asked before from memory. It is for one caller at a time.</summary>
    public DataRobotClient Remembering() => new(http) { _remembered = new(StringComparer.Ordinal) };

    public IAsyncEnumerable<DeploymentModel> ListDeploymentsAsync(CancellationToken cancellationToken) =>
        ListAsync($"deployments/?limit={PageSize}", DataRobotJson.Default.PageDeploymentModel, cancellationToken);

    public Task<DeploymentModel> GetDeploymentAsync(string deploymentId, CancellationToken cancellationToken) =>
        GetAsync($"deployments/{Segment(deploymentId)}/", DataRobotJson.Default.DeploymentModel, cancellationToken);

    public Task<SettingsModel> GetSettingsAsync(string deploymentId, CancellationToken cancellationToken) =>
        GetAsync($"deployments/{Segment(deploymentId)}/settings/", DataRobotJson.Default.SettingsModel, cancellationToken);

    /// <summary>All accuracy metrics over one period.</summary>
    public Task<AccuracyModel> GetAccuracyAsync(string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/accuracy/?{query.ToQuery()}", DataRobotJson.Default.AccuracyModel, cancellationToken);

    public Task<OverTimeModel> GetAccuracyOverTimeAsync(
        string deploymentId, string metric, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/accuracyOverTime/?metric={Uri.EscapeDataString(metric)}&{query.ToQuery()}",
            DataRobotJson.Default.OverTimeModel,
            cancellationToken);

    /// <summary>All service statistics over one period.</summary>
    public Task<ServiceStatsModel> GetServiceStatsAsync(string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/serviceStats/?{query.ToQuery()}",
            DataRobotJson.Default.ServiceStatsModel,
            cancellationToken);

    public Task<OverTimeModel> GetServiceStatsOverTimeAsync(
        string deploymentId, string metric, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/serviceStatsOverTime/?metric={Uri.EscapeDataString(metric)}&{query.ToQuery()}",
            DataRobotJson.Default.OverTimeModel,
            cancellationToken);

    /// <summary>A service time's statistics at a quantile.</summary>
    public Task<OverTimeModel> GetServiceStatsOverTimeAsync(
        string deploymentId,
        string metric,
        double quantile,
        WindowQuery query,
        CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/serviceStatsOverTime/" +
                $"?metric={Uri.EscapeDataString(metric)}&quantile={Numbers.Format(quantile)}&{query.ToQuery()}",
            DataRobotJson.Default.OverTimeModel, cancellationToken);

    /// <summary>The distance (PSI) of the predictions of one period from training.</summary>
    public Task<TargetDriftModel> GetTargetDriftAsync(string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/targetDrift/?metric=psi&{query.ToQuery()}",
            DataRobotJson.Default.TargetDriftModel,
            cancellationToken);

    /// <summary>The distance (PSI) of each feature of one period from training.</summary>
    public IAsyncEnumerable<FeatureDriftModel> ListFeatureDriftAsync(
        string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        ListAsync(
            $"deployments/{Segment(deploymentId)}/featureDrift/?metric=psi&limit={PageSize}&{query.ToQuery()}",
            DataRobotJson.Default.PageFeatureDriftModel,
            cancellationToken);

    /// <summary>How many predictions were made in each window.</summary>
    public Task<PredictionsModel> GetPredictionsOverTimeAsync(
        string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/predictionsOverTime/?{query.ToQuery()}",
            DataRobotJson.Default.PredictionsModel,
            cancellationToken);

    public IAsyncEnumerable<CustomMetricModel> ListCustomMetricsAsync(string deploymentId, CancellationToken cancellationToken) =>
        ListAsync(
            $"deployments/{Segment(deploymentId)}/customMetrics/?limit={PageSize}",
            DataRobotJson.Default.PageCustomMetricModel,
            cancellationToken);

    public Task<OverTimeModel> GetCustomMetricOverTimeAsync(
        string deploymentId, string metricId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/customMetrics/{Segment(metricId)}/valuesOverTime/?{query.ToQuery()}",
            DataRobotJson.Default.OverTimeModel,
            cancellationToken);

    /// <summary>How many rows of each window have an actual.</summary>
    public Task<ActualsModel> GetPredictionsVsActualsOverTimeAsync(
        string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Segment(deploymentId)}/predictionsVsActualsOverTime/?{query.ToQuery()}",
            DataRobotJson.Default.ActualsModel,
            cancellationToken);

    public IAsyncEnumerable<string> ListSegmentAttributesAsync(
        string deploymentId, string monitoringType, CancellationToken cancellationToken) =>
        ListTextsAsync(
            $"deployments/{Segment(deploymentId)}/segmentAttributes/?monitoringType={Uri.EscapeDataString(monitoringType)}",
            "name",
            cancellationToken);

    public IAsyncEnumerable<string> ListSegmentValuesAsync(string deploymentId, string attribute, CancellationToken cancellationToken) =>
        ListTextsAsync(
            $"deployments/{Segment(deploymentId)}/segmentValues/?segmentAttribute={Uri.EscapeDataString(attribute)}&limit={PageSize}",
            "value",
            cancellationToken);

    private static string Segment(string id) => Uri.EscapeDataString(id);

    /// <summary>
    /// A page of texts, or of objects that have the text under <paramref name="name"/>: servers were seen to answer either.
    /// </summary>
    private async IAsyncEnumerable<string> ListTextsAsync(
        string path, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var element in ListAsync(path, DataRobotJson.Default.PageJsonElement, cancellationToken))
        {
            var text = element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var property) ? property : element;
            if (text.ValueKind == JsonValueKind.String)
                yield return text.GetString()!;
        }
    }

    private async IAsyncEnumerable<T> ListAsync<T>(
        string path, JsonTypeInfo<Page<T>> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = path;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (next is not null)
        {
            if (!seen.Add(next) || seen.Count > MaxPages)
                throw new MetricSourceException(MetricSourceProblem.Unexpected, $"GET {path.Split('?')[0]}: page {seen.Count} names " +
                    $"a page that was read before, or there are more than {MaxPages}; the list does not end.");
            var page = await GetAsync(next, type, cancellationToken);
            foreach (var item in page.Data ?? [])
                yield return item;
            next = page.Next is { Length: > 0 } address ? OnOwnHost(address) : null;
        }
    }

    /// <summary>The token goes to the endpoint's own host only, whatever a page says.</summary>
    private string OnOwnHost(string next)
    {
        var address = new Uri(http.BaseAddress!, next);
        return address.Scheme == http.BaseAddress!.Scheme && address.Authority == http.BaseAddress.Authority
            ? address.ToString()
            : throw new MetricSourceException(
                MetricSourceProblem.Unexpected,
                $"The next page is on {address.Authority}, not on {http.BaseAddress.Authority}: it is not followed. Check the endpoint.");
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (_remembered is null)
            return await FetchAsync(path, type, cancellationToken);
        if (!_remembered.TryGetValue(path, out var answer))
            _remembered[path] = answer = FetchObjectAsync(path, type, cancellationToken);
        return (T)await answer;
    }

    private async Task<object> FetchObjectAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => await FetchAsync(path, type, cancellationToken);

    private async Task<T> FetchAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        try
        {
            using var response = await http.GetAsync(
                new Uri(path, UriKind.RelativeOrAbsolute), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw await ErrorResponse.ToExceptionAsync(path, response, cancellationToken);
            if (response.Content.Headers.ContentType?.MediaType is { } media && !media.Contains("json", StringComparison.OrdinalIgnoreCase))
                throw ErrorResponse.NotJson(path, media);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken)
                ?? throw new MetricSourceException(MetricSourceProblem.Unexpected, $"GET {path.Split('?')[0]}: the answer is null.");
        }
        catch (JsonException exception)
        {
            throw new MetricSourceException(
                MetricSourceProblem.Unexpected,
                $"GET {path.Split('?')[0]}: the answer is not the JSON that was expected, at {exception.Path ?? "the start"}.",
                exception);
        }
        catch (BodyTooLargeException exception)
        {
            throw new MetricSourceException(MetricSourceProblem.Unexpected, $"GET {path.Split('?')[0]}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or Polly.ExecutionRejectedException)
        {
            throw new MetricSourceException(
                MetricSourceProblem.Unavailable,
                $"GET {path.Split('?')[0]}: {http.BaseAddress?.Host} does not answer ({exception.Message}). Check the endpoint and " +
                $"the network.",
                exception);
        }
    }
}

/// <summary>The parameters that all window endpoints share.</summary>
internal sealed record WindowQuery(
    DateTimeOffset Start,
    DateTimeOffset End,
    TimeSpan? Bucket,
    string? SegmentAttribute,
    string? SegmentValue)
{
    public string ToQuery()
    {
        var query = $"start={Uri.EscapeDataString(Timestamps.Format(Start))}&end={Uri.EscapeDataString(Timestamps.Format(End))}";
        if (Bucket is { } bucket)
        {
            var length = bucket < TimeSpan.FromDays(1)
                ? $"PT{((int)bucket.TotalHours).ToString(CultureInfo.InvariantCulture)}H"
                : $"P{((int)bucket.TotalDays).ToString(CultureInfo.InvariantCulture)}D";
            query += $"&bucketSize={length}";
        }

        if (SegmentAttribute is { } attribute && SegmentValue is { } value)
            query += $"&segmentAttribute={Uri.EscapeDataString(attribute)}&segmentValue={Uri.EscapeDataString(value)}";
        return query;
    }
}

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

    /// <summary>In an order that does not change while predictions arrive.</summary>
    public IAsyncEnumerable<DeploymentModel> ListDeploymentsAsync(CancellationToken cancellationToken) =>
        ListAsync($"deployments/?orderBy=label&limit={PageSize}", DataRobotJson.Default.PageDeploymentModel, cancellationToken);

    public Task<DeploymentModel> GetDeploymentAsync(string deploymentId, CancellationToken cancellationToken) =>
        GetAsync($"deployments/{Part(deploymentId)}/", DataRobotJson.Default.DeploymentModel, cancellationToken);

    public Task<SettingsModel> GetSettingsAsync(string deploymentId, CancellationToken cancellationToken) =>
        GetAsync($"deployments/{Part(deploymentId)}/settings/", DataRobotJson.Default.SettingsModel, cancellationToken);

    /// <summary>All accuracy metrics over one period.</summary>
    public Task<AccuracyModel> GetAccuracyAsync(string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/accuracy/?{query.ToQuery()}", DataRobotJson.Default.AccuracyModel, cancellationToken);

    public Task<OverTimeModel> GetAccuracyOverTimeAsync(
        string deploymentId, string metric, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/accuracyOverTime/?metric={Uri.EscapeDataString(metric)}&{query.ToQuery()}",
            DataRobotJson.Default.OverTimeModel,
            cancellationToken);

    /// <summary>All service statistics over one period, the times at a quantile; null for the median.</summary>
    public Task<ServiceStatsModel> GetServiceStatsAsync(
        string deploymentId, double? quantile, WindowQuery query, CancellationToken cancellationToken)
    {
        var times = quantile is { } q
            ? $"executionTimeQuantile={Numbers.Format(q)}&responseTimeQuantile={Numbers.Format(q)}&"
            : "";
        return GetAsync(
            $"deployments/{Part(deploymentId)}/serviceStats/?{times}{query.ToQuery()}",
            DataRobotJson.Default.ServiceStatsModel,
            cancellationToken);
    }

    public Task<OverTimeModel> GetServiceStatsOverTimeAsync(
        string deploymentId, string metric, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/serviceStatsOverTime/?metric={Uri.EscapeDataString(metric)}&{query.ToQuery()}",
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
            $"deployments/{Part(deploymentId)}/serviceStatsOverTime/" +
                $"?metric={Uri.EscapeDataString(metric)}&quantile={Numbers.Format(quantile)}&{query.ToQuery()}",
            DataRobotJson.Default.OverTimeModel, cancellationToken);

    /// <summary>The distance (PSI) of the predictions of one period from training.</summary>
    public Task<TargetDriftModel> GetTargetDriftAsync(string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/targetDrift/?metric=psi&{query.ToQuery()}",
            DataRobotJson.Default.TargetDriftModel,
            cancellationToken);

    /// <summary>The distance (PSI) of each feature of one period from training.</summary>
    public IAsyncEnumerable<FeatureDriftModel> ListFeatureDriftAsync(
        string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        ListAsync(
            $"deployments/{Part(deploymentId)}/featureDrift/?metric=psi&limit={PageSize}&{query.ToQuery()}",
            DataRobotJson.Default.PageFeatureDriftModel,
            cancellationToken);

    /// <summary>How many predictions were made in each window.</summary>
    public Task<PredictionsModel> GetPredictionsOverTimeAsync(
        string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/predictionsOverTime/?{query.ToQuery()}",
            DataRobotJson.Default.PredictionsModel,
            cancellationToken);

    public IAsyncEnumerable<CustomMetricModel> ListCustomMetricsAsync(string deploymentId, CancellationToken cancellationToken) =>
        ListAsync(
            $"deployments/{Part(deploymentId)}/customMetrics/?limit={PageSize}",
            DataRobotJson.Default.PageCustomMetricModel,
            cancellationToken);

    public Task<OverTimeModel> GetCustomMetricOverTimeAsync(
        string deploymentId, string metricId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/customMetrics/{Part(metricId)}/valuesOverTime/?{query.ToQuery()}",
            DataRobotJson.Default.OverTimeModel,
            cancellationToken);

    public Task<CustomMetricSummaryModel> GetCustomMetricSummaryAsync(
        string deploymentId, string metricId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/customMetrics/{Part(metricId)}/summary/?{query.ToQuery()}",
            DataRobotJson.Default.CustomMetricSummaryModel,
            cancellationToken);

    /// <summary>The models that a deployment has had.</summary>
    public IAsyncEnumerable<ModelHistoryModel> ListModelHistoryAsync(string deploymentId, CancellationToken cancellationToken) =>
        ListAsync(
            $"deployments/{Part(deploymentId)}/modelHistory/?limit={PageSize}",
            DataRobotJson.Default.PageModelHistoryModel,
            cancellationToken);

    /// <summary>How many rows of each window have an actual.</summary>
    public Task<ActualsModel> GetPredictionsVsActualsOverTimeAsync(
        string deploymentId, WindowQuery query, CancellationToken cancellationToken) =>
        GetAsync(
            $"deployments/{Part(deploymentId)}/predictionsVsActualsOverTime/?{query.ToQuery()}",
            DataRobotJson.Default.ActualsModel,
            cancellationToken);

    /// <summary>It knows no other key than the monitoring type, and no pages.</summary>
    public IAsyncEnumerable<string> ListSegmentAttributesAsync(
        string deploymentId, string monitoringType, CancellationToken cancellationToken) =>
        ListTextsAsync(
            $"deployments/{Part(deploymentId)}/segmentAttributes/?monitoringType={Uri.EscapeDataString(monitoringType)}",
            "name",
            cancellationToken);

    public IAsyncEnumerable<string> ListSegmentValuesAsync(string deploymentId, string attribute, CancellationToken cancellationToken) =>
        ListTextsAsync(
            $"deployments/{Part(deploymentId)}/segmentValues/?segmentAttribute={Uri.EscapeDataString(attribute)}&limit={PageSize}",
            "value",
            cancellationToken);

    private static string Part(string id) => Uri.EscapeDataString(id);

    /// <summary>
    /// A page of texts, or of objects that have the text under <paramref name="name"/>: servers were seen to answer either.
    /// </summary>
    private async IAsyncEnumerable<string> ListTextsAsync(
        string path, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in ListAsync(path, DataRobotJson.Default.PageObject, cancellationToken))
        {
            if (item is not JsonElement element)
                continue;
            var text = element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var property) ? property : element;
            if (text.ValueKind == JsonValueKind.String)
                yield return text.GetString()!;
        }
    }

    private async IAsyncEnumerable<T> ListAsync<T>(
        string path, JsonTypeInfo<Page<T>> type, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var next = path;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (next is not null)
        {
            if (!seen.Add(next) || seen.Count > MaxPages)
                throw new MetricSourceException(MetricSourceProblem.Unexpected, $"GET {path.Split('?')[0]}: page {seen.Count} names " +
                    $"a page that was read before, or there are more than {MaxPages}; the list does not end.");
            var page = await GetAsync(next, type, cancellationToken);
            foreach (var item in (page.Data ?? []).OfType<T>())
                yield return item;
            next = page.Next is { Length: > 0 } address ? OnOwnHost(address) : null;
        }
    }

    /// <summary>
    /// The token goes to the endpoint's own host only, whatever a page says. A server behind a proxy may not know its own scheme and
    /// port, so a page on the same host is asked for at the endpoint's.
    /// </summary>
    private string OnOwnHost(string next)
    {
        var own = http.BaseAddress!;
        if (!Uri.TryCreate(own, next, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new MetricSourceException(
                MetricSourceProblem.Unexpected, $"The address of the next page, '{Texts.Clean(next, 200)}', is no address; the list ends.");
        }

        var isOwn = address.Authority == own.Authority || (address.IsDefaultPort && address.Host == own.Host);
        return isOwn
            ? new Uri(own, address.PathAndQuery).ToString()
            : throw new MetricSourceException(
                MetricSourceProblem.Unexpected,
                $"The next page is on {Texts.Clean(address.Authority, 200)}, not on {own.Authority}: it is not followed. " +
                $"Check the endpoint.");
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

using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>Plays one deployment of a scenario: draws its predictions, actuals and service statistics, hour by hour, from a seed.</summary>
internal sealed class DeploymentPlay(ScenarioDeployment deployment, DateTimeOffset start, TimeSpan duration, int seed, string file)
{
    private const int TrainingSeed = 104729;

    private readonly Random _random = new(seed);
    private readonly TimeSpan _delay = ScenarioReader.Duration(deployment.ActualsDelay, "actualsDelay", file);
    private readonly List<Trouble> _troubles = [.. deployment.Troubles.Select(trouble => Trouble.Of(trouble, start, duration, file))];

    public PlayedStatistics Play()
    {
        var predictions = new List<Prediction>();
        var service = new List<ServiceHour>();
        for (var hour = start; hour < start + duration; hour += TimeSpan.FromHours(1))
        {
            foreach (var host in deployment.Hosts)
                PlayHour(hour, host, Math.Max(1, deployment.RowsPerHour / deployment.Hosts.Count), predictions, service);
        }

        var models = _troubles.Where(trouble => trouble.Kind == "modelReplaced").Select(
            trouble => (trouble.From, HexId.From($"model/{deployment.Label}/{trouble.From:O}")));
        var log = new PredictionLog(predictions);
        var played = new SimulatedDeployment
        {
            Id = deployment.Id ?? HexId.From($"deployment/{deployment.Label}"),
            Label = deployment.Label,
            Importance = deployment.Importance,
            ModelType = deployment.ModelType
                ?? (deployment.TargetType == "Binary" ? "Gradient Boosted Trees Classifier" : "Gradient Boosted Trees Regressor"),
            TargetType = deployment.TargetType,
            Models = [(start, HexId.From($"model/{deployment.Label}")), .. models.OrderBy(model => model.From)],
            HasAssociationId = deployment.AssociationId,
            HasSegmentAnalysis = deployment.SegmentAnalysis,
            HasDataCollection = deployment.DataCollection,
            HasDrift = deployment.Drift,
            Features = deployment.Features,
            CustomMetrics = [.. deployment.CustomMetrics.Select(metric => new SimulatedCustomMetric(
                HexId.From($"custom/{deployment.Label}/{metric.Name}"), metric.Name, metric.Units, metric.Directionality, metric.Value))],
            Hosts = log.Hosts,
            Start = log.Start,
            GoneAt = _troubles.Find(trouble => trouble.Kind == "gone")?.From,
        };
        return new(
            played,
            log,
            RowPlay.DrawTraining(new(seed + TrainingSeed), deployment.TargetType, deployment.Accuracy),
            service,
            [
                .. _troubles.Where(trouble => trouble.Name.Length > 0).Select(
                    trouble => new ScriptedValue(trouble.Name, trouble.From, trouble.To, trouble.Value))
            ]);
    }

    private void PlayHour(DateTimeOffset hour, string host, int rows, List<Prediction> predictions, List<ServiceHour> service)
    {
        var accuracy = _troubles.Where(trouble => trouble.Kind == "decay" && trouble.IsOn(hour, host))
            .Select(trouble => trouble.AccuracyAt(hour, deployment.Accuracy)).DefaultIfEmpty(deployment.Accuracy).Min();
        var actualsStop = _troubles.Exists(trouble => trouble.Kind == "actualsStop" && trouble.IsOn(hour, host));
        for (var row = 0; row < rows; row++)
        {
            var at = hour + (TimeSpan.FromHours(1) * ((row + _random.NextDouble()) / rows));
            var (predicted, actual) = RowPlay.Draw(_random, deployment.TargetType, accuracy);
            var late = TimeSpan.FromSeconds(Math.Round(-Math.Log(1 - _random.NextDouble()) * _delay.TotalSeconds));
            predictions.Add(new(at, host, predicted, actual, actualsStop ? DateTimeOffset.MaxValue : at + late));
        }

        var slow = _troubles.Find(trouble => trouble.Kind == "slow" && trouble.IsOn(hour, host));
        var errors = _troubles.Find(trouble => trouble.Kind == "errors" && trouble.IsOn(hour, host));
        var response = Math.Round((slow?.ResponseTime ?? deployment.ResponseTime) * (0.9 + (0.2 * _random.NextDouble())), 1);
        service.Add(new(hour, host, Math.Max(1, rows / 10), rows, response, Math.Round(response * 0.7, 1), errors?.Rate ?? 0));
    }

    private sealed record Trouble(
        string Kind,
        DateTimeOffset From,
        DateTimeOffset To,
        string? Host,
        double Accuracy,
        TimeSpan Ramp,
        double ResponseTime,
        double Rate,
        string Name,
        double Value)
    {
        public static Trouble Of(ScenarioTrouble trouble, DateTimeOffset start, TimeSpan duration, string file) => new(
            trouble.Kind,
            start + ScenarioReader.Duration(trouble.From, "from", file),
            start + (trouble.To is { } to ? ScenarioReader.Duration(to, "to", file) : duration),
            trouble.Host, trouble.Accuracy,
            trouble.Ramp is { } ramp ? ScenarioReader.Duration(ramp, "ramp", file) : TimeSpan.Zero,
            trouble.ResponseTime, trouble.Rate, trouble.Feature ?? trouble.Metric ?? "", trouble.Value);

        public bool IsOn(DateTimeOffset hour, string host) => hour >= From && hour < To && (Host is null || Host == host);

        public double AccuracyAt(DateTimeOffset hour, double healthy) =>
            Ramp == TimeSpan.Zero || hour - From >= Ramp ? Accuracy : healthy + ((Accuracy - healthy) * ((hour - From) / Ramp));
    }
}

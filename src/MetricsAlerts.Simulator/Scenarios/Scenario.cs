namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>A scenario file: deployments with scripted trouble.</summary>
internal sealed class Scenario
{
    /// <summary>When the story begins, on a full hour in UTC.</summary>
    public string Start { get; set; } = "2026-01-05T00:00:00Z";

    /// <summary>How long it lasts.</summary>
    public string Duration { get; set; } = "28d";

    /// <summary>The same seed makes the same predictions.</summary>
    public int Seed { get; set; } = 1;

    public List<ScenarioDeployment> Deployments { get; set; } = [];

    /// <summary>What goes wrong with the API itself.</summary>
    public List<ScenarioFault> Faults { get; set; } = [];
}

/// <summary>A fault of the API. Times count from the scenario's start.</summary>
internal sealed class ScenarioFault
{
    /// <summary>A status such as 429 or 503, or one of timeout, reset, half, html, types, huge, foreignNext, endless.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The share of requests, 0 to 1.</summary>
    public double Rate { get; set; } = 1;

    public string From { get; set; } = "0h";

    /// <summary>Null for ever.</summary>
    public string? To { get; set; }

    /// <summary>Only requests whose path contains this text.</summary>
    public string? Path { get; set; }
}

/// <summary>A metric that a team uploads.</summary>
internal sealed class ScenarioCustomMetric
{
    public string Name { get; set; } = "";

    public string Units { get; set; } = "count";

    public string Directionality { get; set; } = "lowerIsBetter";

    /// <summary>Its value while nothing is wrong; also its baseline.</summary>
    public double Value { get; set; }
}

/// <summary>One deployment.</summary>
internal sealed class ScenarioDeployment
{
    public string? Id { get; set; }

    public string Label { get; set; } = "";

    public string Importance { get; set; } = "HIGH";

    /// <summary>Null for one that fits the target type.</summary>
    public string? ModelType { get; set; }

    /// <summary>Binary or Regression.</summary>
    public string TargetType { get; set; } = "Binary";

    public List<string> Hosts { get; set; } = ["10.20.0.11"];

    public int RowsPerHour { get; set; } = 120;

    /// <summary>
    /// Share of right predictions while nothing is wrong; of a regression, one less the share by which it is typically off.
    /// </summary>
    public double Accuracy { get; set; } = 0.9;

    /// <summary>Mean delay of an actual.</summary>
    public string ActualsDelay { get; set; } = "2h";

    /// <summary>Median response time in milliseconds while nothing is wrong.</summary>
    public double ResponseTime { get; set; } = 45;

    public bool AssociationId { get; set; } = true;

    public bool SegmentAnalysis { get; set; } = true;

    public bool DataCollection { get; set; } = true;

    public bool Drift { get; set; } = true;

    public List<string> Features { get; set; } = [];

    public List<ScenarioCustomMetric> CustomMetrics { get; set; } = [];

    public List<ScenarioTrouble> Troubles { get; set; } = [];
}

/// <summary>Something that goes wrong for a while. Times count from the scenario's start.</summary>
internal sealed class ScenarioTrouble
{
    /// <summary>decay, actualsStop, slow, errors, modelReplaced, gone, featureDrift or customMetric.</summary>
    public string Kind { get; set; } = "";

    public string From { get; set; } = "0h";

    /// <summary>Null for ever.</summary>
    public string? To { get; set; }

    /// <summary>The host it is about; null for all.</summary>
    public string? Host { get; set; }

    /// <summary>decay: accuracy at the end of <see cref="Ramp"/>.</summary>
    public double Accuracy { get; set; } = 0.6;

    /// <summary>decay: how long it takes to get that bad.</summary>
    public string? Ramp { get; set; }

    /// <summary>slow: median response time in milliseconds.</summary>
    public double ResponseTime { get; set; } = 900;

    /// <summary>errors: share of requests answered 5xx.</summary>
    public double Rate { get; set; } = 0.2;

    /// <summary>featureDrift: the feature.</summary>
    public string? Feature { get; set; }

    /// <summary>customMetric: the metric's name.</summary>
    public string? Metric { get; set; }

    /// <summary>featureDrift: the drift; customMetric: the value.</summary>
    public double Value { get; set; } = 0.4;
}

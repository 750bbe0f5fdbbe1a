using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Reads one rule.</summary>
internal static class RuleReader
{
    private static readonly string[] ImportanceLevels = ["CRITICAL", "HIGH", "MODERATE", "LOW"];
    private static readonly TimeSpan[] Buckets = [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];

    /// <summary>The rule, or null when something about it is wrong; everything that is wrong is reported.</summary>
    public static Rule? Read(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("name");
        var name = reader.Value("name", "", Names.TryParse, Names.Allowed);
        reader.Require("metric");
        var metric = reader.Text("metric", RuleLimits.Name);
        reader.Require("when");
        var when = reader.Mapping("when") is { } mapping ? ConditionReader.Read(mapping) : null;

        var rule = new Rule(name, new Glob(metric ?? ""), when ?? new MissingCondition(TimeSpan.MaxValue))
        {
            Description = reader.Text("description", RuleLimits.Description),
            Enabled = reader.Value("enabled", true, bool.TryParse, "true or false"),
            Deployments = ReadDeployments(reader.Mapping("deployments")),
            Instances = reader.Selection("instances") is { Count: > 0 } instances
                ? new InstanceSelector([.. instances.Select(text => new Glob(text))])
                : InstanceSelector.All,
            Bucket = ReadBucket(reader, metric),
            For = reader.Value("for", ForClause.OneWindow, ForClause.TryParse, ForClause.Allowed),
            RecoverAfter = reader.Value("recoverAfter", ForClause.OneWindow, ForClause.TryParse, ForClause.Allowed),
            Severity = reader.Value("severity", Severity.Warning, TrySeverity, "warning or critical"),
            MinSamples = reader.Value("minSamples", 0L, TryCount, "a whole number from 1"),
            Confidence = reader.Value("confidence", 0.0, TryShare, "a percentage between 0% and 100% such as 95%"),
            Complete = reader.Value("complete", 0.0, TryWhole, "a percentage up to 100% such as 80%"),
            NoData = reader.Value("noData", NoDataBehaviour.Keep, TryNoData, "keep, alert or ok"),
            RemindEvery = reader.Value<TimeSpan?>("remindEvery", null, TryDuration, RuleLimits.DurationAllowed),
            Labels = ReadLabels(reader),
            Runbook = reader.Value<Uri?>(
                "runbook", null, TryWebAddress, $"an http or https address of at most {RuleLimits.Runbook} characters"),
            Notify = reader.Names("notify"),
        };

        if (metric is not null && MetricCatalogue.Find(metric).Family == MetricFamily.Custom &&
            NearestName.Of(metric, MetricCatalogue.Known.Select(known => known.Name)) is { } meant)
            reader.Warning("metric", $"'{metric}' is none of DataRobot's own metrics; did you mean '{meant}'?");
        CheckTogether(reader, rule, when is null || metric is null);
        reader.Finish();
        if (reader.Diagnostics.ErrorCount == errors)
            reader.CheckLengths(RuleFields.Of(rule));
        return reader.Diagnostics.ErrorCount == errors ? rule : null;
    }

    private static void CheckTogether(MappingReader reader, Rule rule, bool unfinished)
    {
        if (unfinished)
            return;
        if (rule.When.ToYaml().Length is > RuleLimits.Condition and var length)
            reader.Error("when", $"found {length} characters; at most {RuleLimits.Condition} are allowed.");
        if (reader.Has("severity") && rule.When.NamesItsLevels)
            reader.Error("severity", "the condition names its levels; leave one of the two out.");
        if (rule.When is WorsensCondition { Better: Direction.Unknown } && !rule.Metric.IsPattern && MetricCatalogue.Find(rule.Metric.Text).Direction == Direction.Unknown)
            reader.Error("when", $"it is not known which way '{rule.Metric}' is better; add 'better: higher' or 'better: lower'.");
        if (rule.Confidence == 0)
            return;
        if (!rule.When.SupportsConfidence)
            reader.Error("confidence", "an interval can be judged with 'below' and 'above' only.");
        if (rule.Metric.IsPattern || !MetricCatalogue.Find(rule.Metric.Text).IsProportion)
            reader.Error("confidence", $"'{rule.Metric}' is no proportion of a known number of rows, so there is no interval; use minSamples instead. It applies to Accuracy.");
    }

    private static Dictionary<string, string> ReadLabels(MappingReader reader)
    {
        var labels = reader.Mapping("labels")?.Pairs().ToDictionary(pair => pair.Key, pair => pair.Value) ?? [];
        if (labels.Count > RuleLimits.Labels)
            reader.Error("labels", $"found {labels.Count} labels; at most {RuleLimits.Labels} are allowed.");
        if (labels.Sum(label => label.Key.Length + label.Value.Length) is > RuleLimits.LabelText and var length)
            reader.Error("labels", $"found {length} characters; at most {RuleLimits.LabelText} are allowed, names and values together.");
        foreach (var label in labels.Keys.Where(label => AlertMatcher.BuiltIn.Contains(label)))
            reader.Warning("labels", $"'{label}' is a label that every alert has, so this one is never looked at; choose another name.");
        return labels;
    }

    private static DeploymentSelector ReadDeployments(MappingReader? reader)
    {
        if (reader is null)
            return DeploymentSelector.Any;
        var importance = reader.Selection("importance");
        foreach (var level in importance.Where(level => !ImportanceLevels.Contains(level, StringComparer.OrdinalIgnoreCase)))
            reader.Error("importance", $"found '{level}'; expected {string.Join(", ", ImportanceLevels)}.{Suggestion.For(level, ImportanceLevels)}");

        var selector = new DeploymentSelector
        {
            Ids = reader.Selection("id"),
            Labels = [.. reader.Selection("label").Select(text => new Glob(text))],
            Importance = importance,
            ModelTypes = [.. reader.Selection("modelType").Select(text => new Glob(text))],
        };
        reader.Finish();
        return selector;
    }

    /// <summary>The pipeline's own metrics come in windows of ten minutes, all others in hours, days and weeks.</summary>
    private static TimeSpan ReadBucket(MappingReader reader, string? metric) =>
        metric is not null && MetricCatalogue.Find(metric).Family == MetricFamily.Pipeline
            ? reader.Value("bucket", PipelineDeployment.Bucket, TryPipelineBucket, $"10m, as '{metric}' is the pipeline's own")
            : reader.Value("bucket", Buckets[0], TryBucket, "1h, 1d or 7d");

    private static bool TryPipelineBucket(string text, out TimeSpan bucket) => Durations.TryParse(text, out bucket) && bucket == PipelineDeployment.Bucket;

    private static bool TryBucket(string text, out TimeSpan bucket) => Durations.TryParse(text, out bucket) && Buckets.Contains(bucket);

    private static bool TryDuration(string text, out TimeSpan? duration)
    {
        var read = Durations.TryParse(text, out var value) && value <= RuleLimits.Duration;
        duration = value;
        return read;
    }

    private static bool TrySeverity(string text, out Severity severity)
    {
        severity = text switch { "warning" => Severity.Warning, "critical" => Severity.Critical, _ => Severity.None };
        return severity != Severity.None;
    }

    private static bool TryNoData(string text, out NoDataBehaviour behaviour)
    {
        (var read, behaviour) = text switch
        {
            "keep" => (true, NoDataBehaviour.Keep),
            "ok" => (true, NoDataBehaviour.Ok),
            "alert" => (true, NoDataBehaviour.Alert),
            _ => (false, NoDataBehaviour.Keep),
        };
        return read;
    }

    private static bool TryCount(string text, out long count) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count >= 1;

    private static bool TryShare(string text, out double share) => Percentages.TryParse(text, out share) && share is > 0 and < 1;

    private static bool TryWhole(string text, out double share) => Percentages.TryParse(text, out share) && share is > 0 and <= 1;

    private static bool TryWebAddress(string text, out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address) && Math.Max(text.Length, address.ToString().Length) <= RuleLimits.Runbook &&
        (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}

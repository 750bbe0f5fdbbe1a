using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsAlerts.Backtesting;

/// <summary>A file of rule tests, and everything that is wrong with it.</summary>
/// <param name="Rules">The rules under test.</param>
/// <param name="Tests">The tests that could be read.</param>
/// <param name="Diagnostics">All problems.</param>
public sealed record RuleTestFile(RuleFile Rules, IReadOnlyList<RuleTest> Tests, IReadOnlyList<Diagnostic> Diagnostics)
{
    private const string DefaultSampleSize = "1000";

    /// <summary>Reads a file of rule tests.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="file">The name to report it by.</param>
    /// <param name="readRules">Gives the text of a rule file that it names.</param>
    public static RuleTestFile Parse(string yaml, string file, Func<string, string> readRules)
    {
        var diagnostics = new DiagnosticList(file);
        var rules = new RuleFile([], [], [], []);
        var tests = new List<RuleTest>();
        try
        {
            var stream = YamlDocuments.Load(yaml);
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            {
                diagnostics.Error(Mark.Empty, "Expected a mapping with the keys rules and tests.");
            }
            else
            {
                var reader = new MappingReader(root, "", diagnostics);
                rules = reader.Find("rules") switch
                {
                    YamlScalarNode { Value: { } path } => RuleFile.Parse(readRules(path), path),
                    YamlSequenceNode => RuleFileReader.ReadRules(reader),
                    _ => Missing(reader, rules),
                };
                tests.AddRange(reader.Mappings("tests").Select(ReadTest).OfType<RuleTest>());
                reader.Finish();
            }
        }
        catch (YamlException exception)
        {
            diagnostics.Error(exception.Start, $"No valid YAML: {exception.Message}");
        }

        return new(rules, tests, [.. rules.Diagnostics, .. diagnostics.InOrder()]);
    }

    private static RuleFile Missing(MappingReader reader, RuleFile none)
    {
        reader.Diagnostics.Error(reader.Start, "'rules' is missing: a file's name, or a list of rules.");
        return none;
    }

    private static RuleTest? ReadTest(MappingReader reader)
    {
        var errors = reader.Diagnostics.ErrorCount;
        reader.Require("series");
        reader.Require("values");
        var heads = reader.Find("series") is YamlMappingNode ? [reader.Mapping("series")!] : reader.Mappings("series").ToList();
        var series = heads.Select((head, index) => ReadSeries(reader, head, index)).ToList();
        var expect = reader.Mappings("expect").Select(ReadChange).ToList();
        var states = reader.Mappings("states").Select(ReadState).ToList();
        var test = new RuleTest(
            reader.Text("name") ?? "(unnamed)", series, expect, reader.Value("expectOnly", true, bool.TryParse, "true or false"), states);
        reader.Finish();
        return reader.Diagnostics.ErrorCount == errors && series.Count > 0 ? test : null;
    }

    private static TestSeries ReadSeries(MappingReader test, MappingReader head, int index)
    {
        var alias = head.Text("as") ?? (index == 0 ? "series" : $"series{index + 1}");
        var id = head.Text("deployment") ?? "d1";
        var series = new TestSeries(
            alias,
            new Deployment(id, head.Text("label") ?? id) { Importance = head.Text("importance"), ModelType = head.Text("modelType") },
            head.Text("instance") ?? Instances.All,
            new(head.Text("metric") ?? "Accuracy", head.Value("window", TimeSpan.FromHours(1), Durations.TryParse, Durations.Allowed)),
            head.Value("start", new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero), Timestamps.TryParse, "a UTC time"))
        {
            Values = Values(test, "values", alias, "-"),
            SampleSizes = Values(test, "sampleSizes", alias, DefaultSampleSize),
            Baseline = head.Value<double?>("baseline", null, TryNumber, "a number"),
            Revisions =
            [
                .. test.Mappings("revisions")
                    .Select(ReadRevision).Where(revision => revision.Series is null || revision.Series == alias)
                    .Select(revision => revision.Revision)
            ],
            Models = Models(test, head),
        };
        head.Finish();
        return series;
    }

    /// <summary>One line for the only series, or a mapping from alias to line.</summary>
    private static IReadOnlyList<NotedValue> Values(MappingReader test, string key, string alias, string otherwise)
    {
        var reader = test.Find(key) is YamlMappingNode ? test.Mapping(key)! : test;
        var none = (IReadOnlyList<NotedValue>)[];
        var values = reader.Value(ReferenceEquals(reader, test) ? key : alias, none, ValueNotation.TryParse, ValueNotation.Allowed);
        return values.Count > 0 || !ValueNotation.TryParse(otherwise, out var standard) ? values : standard;
    }

    private static Dictionary<int, string> Models(MappingReader test, MappingReader head)
    {
        var source = head.Mapping("model") ?? test.Mapping("model");
        var models = new Dictionary<int, string>();
        foreach (var (window, model) in source?.Pairs() ?? [])
        {
            if (TryWindow(window, out var number))
                models[number] = model;
            else
                source!.Error(window, "expected the number of a window, from 1.");
        }

        return models;
    }

    private static (TestRevision Revision, string? Series) ReadRevision(MappingReader reader)
    {
        var after = reader.Value("after", 0, TryWindow, "the number of a window, from 1");
        var window = reader.Value("window", 0, TryWindow, "the number of a window, from 1");
        var value = reader.Text("value") is { } text && text != "_"
            ? reader.Value<double?>("value", null, TryNumber, "a number or _")
            : null;
        var series = reader.Text("series");
        reader.Finish();
        return (new(after, window, value), series);
    }

    private static ExpectedChange ReadChange(MappingReader reader)
    {
        reader.Require("window");
        reader.Require("rule");
        reader.Require("change");
        var expected = new ExpectedChange(
            reader.Value("window", 0, TryWindow, "the number of a window, from 1"), reader.Text("rule") ?? "",
            reader.Value("change", Change.None, TryEnum, string.Join(", ", Enum.GetNames<Change>().Skip(1))),
            reader.Value<Severity?>("severity", null, TrySeverity, "warning or critical"), reader.Text("reason"), reader.Text("series"));
        reader.Finish();
        return expected;
    }

    private static ExpectedState ReadState(MappingReader reader)
    {
        var expected = new ExpectedState(
            reader.Value("window", 0, TryWindow, "the number of a window, from 1"), reader.Text("rule") ?? "",
            reader.Value("state", AlertPhase.Inactive, TryEnum, string.Join(", ", Enum.GetNames<AlertPhase>())), reader.Text("series"));
        reader.Finish();
        return expected;
    }

    private static bool TryWindow(string text, out int number) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number) &&
            number >= 1;

    private static bool TryEnum<T>(string text, out T value)
        where T : struct, Enum => Enum.TryParse(text, out value) && Enum.IsDefined(value) && char.IsAsciiLetter(text[0]);

    private static bool TrySeverity(string text, out Severity? severity)
    {
        severity = text switch { "warning" => Severity.Warning, "critical" => Severity.Critical, _ => null };
        return severity is not null;
    }

    private static bool TryNumber(string text, out double? number)
    {
        var read = Numbers.TryParse(text, out var value);
        number = value;
        return read;
    }
}

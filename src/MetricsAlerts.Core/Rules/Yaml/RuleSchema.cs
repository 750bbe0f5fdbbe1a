using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>The JSON Schema of rule files, for editors: <c># yaml-language-server: $schema=./rules.schema.json</c>. A test holds it to what the reader knows.</summary>
public static class RuleSchema
{
    private const string DurationPattern = "^([0-9]+[wdhms])+$";
    private const string PercentPattern = "^[0-9.]+%$";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as indented JSON.</summary>
    public static string ToJson() => Schema().ToJsonString(Readable) + "\n";

    private static JsonObject Schema() => Object(
        [("rules", List(Reference("rule"))), ("channels", List(Reference("channel"))), ("routes", List(Reference("route"))), ("inhibit", List(Reference("inhibition"))), ("maintenance", List(Reference("maintenance")))],
        ("$schema", "https://json-schema.org/draft/2020-12/schema"),
        ("title", "MetricsAlerts rules"),
        ("$defs", new JsonObject { ["rule"] = Rule(), ["condition"] = Condition(), ["part"] = Part(), ["channel"] = Channel(), ["route"] = Route(), ["inhibition"] = Inhibition(), ["maintenance"] = Maintenance() }));

    private static JsonObject Rule() => Object(
        [
            ("name", Name()), ("metric", Text("A metric's name, or a glob.", RuleLimits.Name)), ("when", Reference("condition")),
            ("description", Text("What it means, in the team's words.", RuleLimits.Description)),
            ("enabled", new JsonObject { ["type"] = "boolean", ["default"] = true }),
            ("deployments", Object(
                [("id", Selection()), ("label", Selection()), ("importance", NotEmpty(Importance())), ("modelType", Selection())])),
            ("instances", Selection("all, each, a host glob, or a list of these.")),
            ("bucket", Choice("10m", "1h", "1d", "7d")), ("for", ForClause()), ("recoverAfter", ForClause()), ("severity", Choice("warning", "critical")),
            ("minSamples", new JsonObject { ["type"] = "integer", ["minimum"] = 1 }), ("confidence", Percent()), ("complete", Percent()),
            ("noData", Choice("keep", "alert", "ok")), ("remindEvery", Duration()),
            ("labels", Labels()),
            ("runbook", Runbook()), ("notify", Channels()),
        ],
        ("required", new JsonArray("name", "metric", "when")));

    private static JsonObject Runbook() => new()
    {
        ["type"] = "string",
        ["format"] = "uri",
        ["pattern"] = "^https?://",
        ["maxLength"] = RuleLimits.Runbook,
    };

    private static JsonObject Labels() => new()
    {
        ["type"] = "object",
        ["maxProperties"] = RuleLimits.Labels,
        ["additionalProperties"] = new JsonObject
        {
            ["type"] = new JsonArray("string", "number", "boolean"),
            ["maxLength"] = RuleLimits.LabelText,
        },
        ["description"] = $"At most {RuleLimits.LabelText} characters, names and values together.",
    };

    private static JsonObject Condition()
    {
        var condition = Object(Conditions());
        condition["oneOf"] = OneKindOf(ConditionReader.Names);
        return condition;
    }

    private static JsonObject Part()
    {
        var metric = Text("Another metric of the instance; the rule's own by default.", RuleLimits.Name);
        var part = Object([.. Conditions().Where(one => one.Key is not ("missingFor" or "all" or "any")), ("metric", metric)]);
        part["oneOf"] = OneKindOf(ConditionReader.Names.Except(["missingFor", "all", "any"]));
        return part;
    }

    private static (string Key, JsonNode Value)[] Conditions() =>
    [
        ("below", Levels(Number())), ("above", Levels(Number())), ("recoverAbove", Levels(Number())), ("recoverBelow", Levels(Number())),
        ("outside", Levels(Range())), ("inside", Levels(Range())),
        ("worsensBy", Levels(Number())), ("versus", Choice("baseline", "previous", "sameHourYesterday", "sameHourLastWeek")), ("better", Choice("higher", "lower")),
        ("missingFor", Duration()),
        ("unusual", AnyOf(Choice("low", "medium", "high"), Object([("sensitivity", Choice("low", "medium", "high")), ("minDeviation", Number())]))),
        ("all", Parts()), ("any", Parts()),
    ];

    private static JsonObject Channel() => Object(
        [
            ("name", Name()), ("type", Choice([.. ChannelDefinition.Types])), ("url", new JsonObject { ["type"] = "string", ["pattern"] = "^(secret:.+|https?://|smtps?://)" }),
            ("format", Choice([.. ChannelDefinition.Formats])), ("to", Texts()), ("from", Text("The sender's address.")), ("user", Text("The user of a mail server.")),
            ("key", new JsonObject { ["type"] = "string", ["pattern"] = "^secret:.+" }), ("mention", Texts("People to mention when something is critical.")),
            ("fallback", Text("The channel that is told when this one fails for good.")),
        ],
        ("required", new JsonArray("name", "type")));

    private static JsonObject Route() => Object(
        [
            ("match", Match()), ("notify", Channels()), ("continue", new JsonObject { ["type"] = "boolean", ["default"] = false }),
            ("groupBy", Texts()), ("groupWait", Duration()), ("groupInterval", Duration()),
        ],
        ("required", new JsonArray("notify")));

    private static JsonObject Inhibition() => Object([("when", Match()), ("mute", Match()), ("equal", Texts())], ("required", new JsonArray("when", "mute")));

    private static JsonObject Maintenance() => Object(
        [
            ("name", Name()), ("match", Match()), ("days", Selection("mon, tue … or mon-fri.")), ("from", TimeOfDay()), ("to", TimeOfDay()),
            ("timeZone", Text("Such as Europe/Berlin; UTC by default.")),
        ],
        ("required", new JsonArray("name", "from", "to")));

    private static JsonObject Match() => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject TimeOfDay() => new() { ["type"] = "string", ["pattern"] = "^[0-9]{1,2}:[0-9]{2}$" };

    private static JsonArray OneKindOf(IEnumerable<string> names) => [.. names.Select(name => (JsonNode)new JsonObject { ["required"] = new JsonArray(name) })];

    private static JsonObject Object(IEnumerable<(string Key, JsonNode Value)> properties, params ReadOnlySpan<(string Key, JsonNode Value)> others)
    {
        var schema = new JsonObject();
        foreach (var (key, value) in others)
            schema[key] = value;
        schema["type"] = "object";
        schema["properties"] = new JsonObject([.. properties.Select(property => KeyValuePair.Create(property.Key, (JsonNode?)property.Value))]);
        schema["additionalProperties"] = false;
        return schema;
    }

    private static JsonObject Parts() => new() { ["type"] = "array", ["minItems"] = 2, ["items"] = Reference("part") };

    private static JsonObject Levels(JsonObject level) =>
        AnyOf(level, Object([("warning", level.DeepClone()), ("critical", level.DeepClone())], ("minProperties", 1)));

    private static JsonObject Range() => new() { ["type"] = "array", ["items"] = Number(), ["minItems"] = 2, ["maxItems"] = 2 };

    private static JsonObject Number() => AnyOf(new JsonObject { ["type"] = "number" }, Percent());

    private static JsonObject Percent() => new() { ["type"] = "string", ["pattern"] = PercentPattern };

    private static JsonObject Duration() => new() { ["type"] = "string", ["pattern"] = DurationPattern };

    private static JsonObject ForClause() => new() { ["type"] = "string", ["pattern"] = "^([0-9]+( of [0-9]+)? windows?|([0-9]+[wdhms])+)$" };

    private static JsonObject Name() => new() { ["type"] = "string", ["pattern"] = "^[A-Za-z0-9_.-]{1,100}$" };

    private static JsonObject Importance() => OneOrMore(Choice("CRITICAL", "HIGH", "MODERATE", "LOW"));

    private static JsonObject Texts(string? description = null)
    {
        var texts = OneOrMore(new JsonObject { ["type"] = "string" });
        if (description is not null)
            texts["description"] = description;
        return texts;
    }

    private static JsonObject Channels()
    {
        var channels = Texts();
        channels["anyOf"]![1]!["maxItems"] = RuleLimits.Notify;
        return channels;
    }

    private static JsonObject Selection(string? description = null)
    {
        var selection = NotEmpty(OneOrMore(new JsonObject { ["type"] = "string", ["maxLength"] = RuleLimits.Name }));
        if (description is not null)
            selection["description"] = description;
        return selection;
    }

    private static JsonObject NotEmpty(JsonObject oneOrMore)
    {
        oneOrMore["anyOf"]![1]!["minItems"] = 1;
        return oneOrMore;
    }

    private static JsonObject OneOrMore(JsonObject item) => AnyOf(item, new JsonObject { ["type"] = "array", ["items"] = item.DeepClone() });

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject Text(string description, int limit) =>
        new() { ["type"] = "string", ["description"] = description, ["maxLength"] = limit };

    private static JsonObject Choice(params ReadOnlySpan<string> values)
    {
        var choices = new JsonArray();
        foreach (var value in values)
            choices.Add(value);
        return new() { ["enum"] = choices };
    }

    private static JsonObject AnyOf(JsonObject one, JsonObject other) => new() { ["anyOf"] = new JsonArray(one, other) };

    private static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };
}

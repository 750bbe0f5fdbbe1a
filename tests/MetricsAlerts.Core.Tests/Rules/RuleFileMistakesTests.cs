using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Core.Tests.Rules;

/// <summary>
/// What people write by mistake, or to do harm, is reported with its place and what is allowed; the rest of the file is read.
/// </summary>
public sealed class RuleFileMistakesTests
{
    // P9, R13
    [Theory]
    [InlineData("when: { missingFor: 999999999d }", "when.missingFor: found '999999999d'; expected a duration such as 30s, 10m, 24h or 7d, at most 365d.")]
    [InlineData("when: { missingFor: 366d }", "at most 365d")]
    [InlineData("when: { below: 1 }, for: 99999999w", "for: found '99999999w'; expected '3 windows' (at most 400), '2 of 3 windows' (at most 64) or a duration such as '6h' (at most 365d).")]
    [InlineData("when: { below: 1 }, recoverAfter: 99999999d", "recoverAfter: found '99999999d'")]
    [InlineData("when: { below: 1 }, remindEvery: 999999999d999999999d", "remindEvery: found")]
    [InlineData("when: { below: 1 }, labels: { [x, y]: z }", "labels: found a list as a key; expected a text.")]
    [InlineData("when: { below: 1 }, labels: { { x: y }: z }", "labels: found a mapping as a key; expected a text.")]
    [InlineData("when: { below: 1 }, labels: { x: }", "labels.x: found nothing; expected a text.")]
    [InlineData("when: { below: 1 }, [x]: y", "'a list' is not known here")]
    public void A_value_that_makes_no_sense_is_reported_and_the_other_rules_are_read(string fields, string message)
    {
        var file = RuleFile.Parse(
            $"rules:\n- {{ name: good, metric: Accuracy, when: {{ below: 1 }} }}\n- {{ name: bad, metric: Accuracy, {fields} }}",
            "rules.yaml");

        Assert.Equal("good", Assert.Single(file.Rules).Name);
        var diagnostic = Assert.Single(file.Diagnostics);
        Assert.Equal(("rules.yaml", 3), (diagnostic.File, diagnostic.Line));
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
    }

    // P9
    [Theory]
    [InlineData("rules:\n- { name: a, metric: Accuracy, when: &w { all: [*w, *w] } }", 2, "'*w' stands in what it refers to.")]
    [InlineData("rules: &r [*r]", 1, "'*r' stands in what it refers to.")]
    [InlineData("a: &a x\n? [*a]\n: y", 2, "'*a' stands in a key; expected a text.")]
    public void An_anchor_that_refers_to_itself_is_refused(string yaml, int line, string message)
    {
        var diagnostic = Assert.Single(RuleFile.Parse(yaml, "rules.yaml").Diagnostics);

        Assert.Equal(line, diagnostic.Line);
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
    }

    // P9
    [Theory]
    [InlineData("[")]
    [InlineData("{ a: ")]
    [InlineData("- ")]
    public void Nesting_without_end_is_refused(string open)
    {
        var diagnostic = Assert.Single(RuleFile.Parse(string.Concat(Enumerable.Repeat(open, 200_000)), "rules.yaml").Diagnostics);

        Assert.Contains("more than 32 levels", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_that_repeat_each_other_by_aliases_are_read_in_no_time()
    {
        var levels = string.Concat(Enumerable.Range(1, 25).Select(
            level => $"- {{ name: r{level}, metric: Accuracy, when: &w{level} {{ all: [*w{level - 1}, *w{level - 1}] }} }}\n"));

        var file = RuleFile.Parse($"rules:\n- {{ name: r0, metric: Accuracy, when: &w0 {{ below: 1 }} }}\n{levels}", "rules.yaml");

        Assert.Equal(["r0", "r1"], file.Rules.Select(rule => rule.Name));
    }

    // R13
    [Fact]
    public void A_metric_of_many_stars_is_no_exception() =>
        Assert.Single(RuleFile.Parse(
            $"rules: [{{ name: a, metric: \"{string.Concat(Enumerable.Repeat("*a", 100))}\", when: {{ below: 1 }} }}]", "x").Rules);

    // P15, R20
    [Theory]
    [InlineData("description", 1001, "description: found 1001 characters; at most 1000 are allowed.")]
    [InlineData("metric", 201, "metric: found 201 characters; at most 200 are allowed.")]
    [InlineData("runbook", 501, "runbook: found 'https://x")]
    [InlineData("labels", 1001, "labels: found 1001 characters; at most 1000 are allowed, names and values together.")]
    [InlineData("many labels", 21, "labels: found 21 labels; at most 20 are allowed.")]
    [InlineData("when", 30, "when: found ")]
    [InlineData("notify", 21, "notify: found 21 channels; at most 20 are allowed.")]
    [InlineData("instances", 201, "instances: found a text of 201 characters; at most 200 are allowed.")]
    [InlineData("deployments", 2000, "deployments: found")]
    public void A_text_that_is_too_long_for_a_table_or_message_is_refused_with_its_line(string field, int length, string message)
    {
        var text = new string('я', length);
        var numbers = Enumerable.Range(0, length);
        var value = field switch
        {
            "runbook" => "runbook: https://x" + new string('y', length - 9),
            "labels" => $"labels: {{ x: {text[1..]} }}",
            "many labels" => $"labels: {{ {string.Join(", ", numbers.Select(number => $"l{number}: x"))} }}",
            "when" => $"when: {{ all: [{string.Join(", ", numbers.Select(number => $"{{ metric: some-long-name-{number}, below: 0.123456789 }}"))}] }}",
            "notify" => $"notify: [{string.Join(", ", numbers.Select(number => $"c{number}"))}]",
            "deployments" => $"deployments: {{ id: [{string.Join(", ", numbers.Select(number => $"id-of-a-deployment-{number}"))}] }}",
            _ => $"{field}: {text}",
        };
        var lines = new[] { "name: a", "metric: Accuracy", "when: { below: 1 }" }.Where(
            line => !value.StartsWith(line[..4], StringComparison.Ordinal)).Append(value).ToList();

        var diagnostic = Assert.Single(
            RuleFile.Parse("rules:\n-\n" + string.Concat(lines.Select(line => $"  {line}\n")), "rules.yaml").Diagnostics);

        Assert.Equal(2 + lines.Count, diagnostic.Line);
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
    }

    // P15
    [Fact]
    public void The_longest_texts_of_a_rule_fit_into_a_property_of_a_table_even_when_they_are_escaped()
    {
        const char Worst = 'я';
        var labels = string.Join(", ", Enumerable.Range(0, RuleLimits.Labels).Select(
            number => $"{(char)('a' + number)}: {new string(Worst, (RuleLimits.LabelText / RuleLimits.Labels) - 1)}"));
        var file = RuleFile.Parse(
            $$"""
            rules:
            - name: {{new string('n', 100)}}
              metric: {{new string(Worst, RuleLimits.Name)}}
              description: {{new string(Worst, RuleLimits.Description)}}
              runbook: https://x/{{new string('y', RuleLimits.Runbook - 10)}}
              labels: { {{labels}} }
              when: { all: [{ metric: {{new string(Worst, RuleLimits.Name)}}, below: 1 }, { metric: {{new string('я', RuleLimits.Name)}}, above: 1 }, { below: 1 }] }
              notify: [{{string.Join(", ", Enumerable.Range(0, RuleLimits.Notify).Select(number => new string('c', 98) + $"{number:00}"))}}]
            """, "rules.yaml");

        Assert.Empty(file.Diagnostics);
        var rule = file.Rules[0];
        var escaped = JsonSerializer.Serialize(new { rule.Name, rule.Metric.Text, rule.Description, rule.Runbook, rule.Labels, when = new string(Worst, RuleLimits.Condition), rule.Notify });
        Assert.InRange(escaped.Length, 20_000, 26_000);
    }

    // P33
    [Theory]
    [InlineData("when: { worsensBy: { warning: 5%, critical: 20 }, versus: baseline }", "worsensBy: found '5%' beside '20'; expected percentages only, or amounts only.")]
    [InlineData("when: { worsensBy: 5%, versus: \"sameHourYesterday, previous\" }", "versus: found 'sameHourYesterday, previous'; expected baseline, previous, sameHourYesterday or sameHourLastWeek.")]
    [InlineData("when: { unusual: \"low, high\" }", "unusual: found 'low, high'; expected low, medium or high.")]
    [InlineData("when: { unusual: 1 }", "unusual: found '1'")]
    [InlineData("when: { below: 1 }, deployments: { label: [] }", "deployments.label: found an empty list; expected a text or a list of texts; leave the key out to ask for nothing.")]
    [InlineData("when: { below: 1 }, deployments: { id: [] }", "deployments.id: found an empty list")]
    [InlineData("when: { below: 1 }, deployments: { importance: }", "deployments.importance: found nothing")]
    [InlineData("when: { below: 1 }, instances: []", "instances: found an empty list")]
    public void A_wrong_condition_or_selector_is_not_taken_for_another_one(string fields, string message)
    {
        var diagnostics = RuleFile.Parse($"rules: [{{ name: a, metric: Accuracy, {fields} }}]", "x").Diagnostics;

        Assert.Contains(message, Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Percentages_and_amounts_are_kept_apart()
    {
        var file = RuleFile.Parse(
            """
            rules:
            - { name: a, metric: Accuracy, when: { worsensBy: { warning: 5%, critical: 20% }, versus: sameHourYesterday } }
            - { name: b, metric: Accuracy, when: { worsensBy: { warning: 0.05, critical: 0.2 }, versus: previous } }
            """, "x");

        Assert.Equal([(true, Reference.SameHourYesterday), (false, Reference.Previous)], file.Rules.Select(
            rule => (WorsensCondition)rule.When).Select(when => (when.IsPercent, when.Versus)));
    }

    // P33
    [Fact]
    public void Days_that_are_an_empty_list_are_not_every_day() => Assert.Contains(
        "days: found an empty list", Assert.Single(RuleFile.Parse(
            "maintenance: [{ name: a, from: \"22:00\", to: \"06:00\", days: [] }]", "x").Diagnostics).Message, StringComparison.Ordinal);

    // P33
    [Fact]
    public void A_channel_is_not_its_own_fallback_neither_at_once_nor_around_a_circle()
    {
        var file = RuleFile.Parse(
            """
            channels:
              - { name: t, type: console, fallback: t }
              - { name: a, type: console, fallback: b }
              - { name: b, type: console, fallback: c }
              - { name: c, type: console, fallback: a }
              - { name: d, type: console, fallback: a }
            """, "x");

        Assert.Equal(
            [
                (2L, "channels[0].fallback: found 't', the channel itself; expected another channel."),
                (3, "channels[1].fallback: found the circle a → b → c → a; expected a channel that does not lead back here."),
                (4, "channels[2].fallback: found the circle b → c → a → b; expected a channel that does not lead back here."),
                (5, "channels[3].fallback: found the circle c → a → b → c; expected a channel that does not lead back here."),
            ],
            file.Diagnostics.Select(diagnostic => (diagnostic.Line, diagnostic.Message)));
    }

    // P19
    [Theory]
    [InlineData("rules: [{ name: a, metric: Accuracy, when: { below: 1 }, notify: [chat] }]", 0)]
    [InlineData("rules: [{ name: a, metric: Accuracy, when: { below: 1 }, notify: [chat] }]\nchannels: []", 1)]
    [InlineData("rules: [{ name: a, metric: Accuracy, when: { below: 1 }, notify: [chat] }]\nchannels: [{ name: other, type: console }]", 1)]
    [InlineData("rules: [{ name: a, metric: Accuracy, when: { below: 1 }, notify: [chat] }]\nchannels: [{ name: chat, type: console }]", 0)]
    public void A_channel_is_unknown_when_the_file_has_channels_and_it_is_none_of_them(string yaml, int warnings)
    {
        var diagnostics = RuleFile.Parse(yaml, "x").Diagnostics;

        Assert.Equal(warnings, diagnostics.Count);
        Assert.All(diagnostics, diagnostic => Assert.Contains(
            "there is no channel 'chat' in this file, and applying it removes those that are stored.", diagnostic.Message,
            StringComparison.Ordinal));
    }

    // P19
    [Fact]
    public void A_section_with_nothing_below_it_is_neither_absent_nor_empty() => Assert.Contains(
        "channels: found nothing; expected a list; [] removes what is stored, leaving the key out keeps it.", Assert.Single(
            RuleFile.Parse("rules: []\nchannels:", "x").Diagnostics).Message, StringComparison.Ordinal);

    [Fact]
    public void A_match_that_never_matches_is_warned_of_and_severities_are_written_in_any_case()
    {
        var file = RuleFile.Parse(
            """
            rules: [{ name: a, metric: Accuracy, when: { below: 1 }, labels: { team: x } }]
            channels: [{ name: chat, type: console }]
            routes:
              - { match: { deploymnt: x }, notify: [chat] }
              - { match: { severity: fatal }, notify: [chat] }
              - { match: { severity: CRITICAL, team: x }, notify: [chat] }
            """, "x");

        Assert.False(file.HasErrors);
        Assert.Equal([4L, 5L], file.Diagnostics.Select(diagnostic => diagnostic.Line));
        Assert.Contains("no alert has the label 'deploymnt'; allowed: severity, rule, deployment, deploymentId, instance, metric, family, condition, team. Did you mean 'deployment'?", file.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Equal("critical", file.Routes[2].Match.Globs["severity"].Text);
    }

    [Theory]
    [InlineData(0.849999, 0.85, "0.849999", "0.85")]
    [InlineData(0.8499999999999999, 0.85, "0.8499999999999999", "0.85")]
    [InlineData(0.7, 0.85, "0.7", "0.85")]
    [InlineData(1000.4, 1000, "1000.4", "1000")]
    [InlineData(0.85, 0.85, "0.85", "0.85")]
    [InlineData(1e308, 5, "1E+308", "5")]
    public void Two_numbers_that_differ_are_printed_so_that_they_do(double value, double threshold, string one, string other) =>
        Assert.Equal((one, other), Numbers.Apart(value, threshold));

    [Theory]
    [InlineData("accuracy", "'accuracy' is none of DataRobot's own metrics; did you mean 'Accuracy'?")]
    [InlineData("reponseTime", "did you mean 'responseTime'?")]
    [InlineData("Accuracy", null)]
    [InlineData("Cost per call", null)]
    [InlineData("featureDrift/*", null)]
    public void A_metric_that_is_nearly_one_of_DataRobots_is_remarked_and_the_rule_is_read(string metric, string? remark)
    {
        var file = RuleFile.Parse($"rules: [{{ name: a, metric: \"{metric}\", when: {{ below: 1 }} }}]", "rules.yaml");

        Assert.Single(file.Rules);
        Assert.Equal(remark is not null, file.Diagnostics.Count > 0);
        Assert.All(file.Diagnostics, found => Assert.Contains(remark!, found.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_reason_shows_how_far_a_value_is_from_its_threshold() =>
        Assert.Equal("Breaching(0.849999, 0.85)", EvaluationReason.Breaching(0.849999, 0.85).ToString());
}

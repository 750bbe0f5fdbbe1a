using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Rules;

public sealed class RuleFileTests
{
    [Fact]
    public void The_example_of_the_design_is_read()
    {
        var file = RuleFile.Parse(
            """
            rules:
              - name: accuracy-floor
                description: A production model is wrong too often
                deployments: { importance: [CRITICAL, HIGH], label: "credit-*" }
                metric: Accuracy
                when: { below: { warning: 0.85, critical: 0.80 }, recoverAbove: 0.86 }
                for: 3 windows
                confidence: 95%
                notify: [credit-team]
                runbook: https://wiki.example.com/credit-accuracy
              - name: no-actuals
                metric: Accuracy
                when: { missingFor: 24h }
                notify: [ml-oncall]
            channels:
              - { name: credit-team, type: teams, url: "secret:credit-team-webhook" }
              - { name: ml-oncall, type: email, url: "secret:mail-webhook", to: [ml-oncall@example.com], fallback: credit-team }
            routes:
              - { match: { severity: critical }, notify: [ml-oncall] }
            """,
            "rules.yaml");

        Assert.Empty(file.Diagnostics);
        var rule = file.Rules[0];
        Assert.Equal(new ThresholdCondition(Side.Below, Levels.Two(0.85, 0.8), Levels.One(0.86)), rule.When);
        Assert.Equal((new ForClause.Windows(3), 0.95, "credit-*"), (rule.For, rule.Confidence, rule.Deployments.Labels[0].Text));
        Assert.Equal(new MissingCondition(TimeSpan.FromHours(24)), file.Rules[1].When);
        Assert.Equal(("ml-oncall", "credit-team"), (file.Channels[1].Name, file.Channels[1].Fallback));
        Assert.Equal("critical", file.Routes[0].Match.Globs["severity"].Text);
    }

    [Fact]
    public void Everything_that_is_wrong_is_reported_with_its_place_and_the_rest_is_read()
    {
        var file = RuleFile.Parse(
            """
            rules:
              - name: good
                metric: Accuracy
                when: { below: 0.85 }
              - name: bad one
                metrik: Accuracy
                when: { below: { warning: 0.8, critical: 0.9 } }
                for: 3 window
                severity: fatal
              - name: worse
                metric: LogLoss
                when: { belov: 1 }
                confidence: 95%
            channels:
              - { name: chat, type: team, url: "https://example.com/hook?sig=secret" }
            """,
            "rules.yaml");

        Assert.Equal("good", Assert.Single(file.Rules).Name);
        Snapshot.Verify(string.Join('\n', file.Diagnostics), "diagnostics.txt");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("- a\n- b", "mapping")]
    [InlineData("rules: [", "YAML")]
    [InlineData("rules:\n  - {name: a, name: b}", "YAML")]
    public void What_is_no_rule_file_is_said_to_be_none(string yaml, string word) =>
        Assert.Contains(word, Assert.Single(RuleFile.Parse(yaml, "x.yaml").Diagnostics).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("3 windows")]
    [InlineData("1 window")]
    [InlineData("2 of 3 windows")]
    [InlineData("6h")]
    public void A_patience_is_written_as_it_is_read(string text)
    {
        Assert.True(ForClause.TryParse(text, out var patience));
        Assert.Equal(text, patience.ToString());
    }

    [Theory]
    [InlineData("0 windows")]
    [InlineData("4 of 3 windows")]
    [InlineData("401 windows")]
    [InlineData("2 of 65 windows")]
    [InlineData("3")]
    [InlineData("-1h")]
    public void What_is_no_patience_is_refused(string text) => Assert.False(ForClause.TryParse(text, out _));

    [Theory]
    [InlineData("http://127.0.0.1:8080/hook", true)]
    [InlineData("http://localhost/hook", true)]
    [InlineData("secret:chat", true)]
    [InlineData("https://prod.logic.azure.com/x?sig=y", false)]
    [InlineData("secret:", false)]
    [InlineData("file:///etc/passwd", false)]
    public void A_url_in_clear_text_is_for_loopback_only(string url, bool allowed) =>
        Assert.Equal(allowed, !RuleFile.Parse($"channels:\n- {{ name: c, type: teams, url: \"{url}\" }}", "x.yaml").HasErrors);

    [Theory]
    [InlineData("ann@example.com", true)]
    [InlineData("ann", false)]
    [InlineData("ann@", false)]
    public void A_recipient_is_a_mail_address(string to, bool allowed) =>
        Assert.Equal(allowed, !RuleFile.Parse($"channels:\n- {{ name: c, type: email, url: \"secret:mail\", to: \"{to}\" }}", "x.yaml").HasErrors);
}

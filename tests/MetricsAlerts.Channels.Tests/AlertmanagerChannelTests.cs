using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Channels.Alertmanager;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.Tests;

/// <summary>What an Alertmanager is posted.</summary>
public sealed class AlertmanagerChannelTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 14, 12, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Change.Fired, "warning 12:50, critical 12:30")]
    [InlineData(Change.Escalated, "critical 12:50, warning 12:30")]
    [InlineData(Change.Deescalated, "warning 12:50, critical 12:30")]
    [InlineData(Change.Reminded, "warning 12:50")]
    [InlineData(Change.Resolved, "warning 12:30, critical 12:30")]
    public void What_is_open_ends_later_what_is_over_now_and_the_other_severity_too(Change change, string expected)
    {
        var alerts = Render(Alerts.Changed(change));

        Assert.Equal(expected, string.Join(", ", alerts.Select(alert =>
            $"{alert.GetProperty("labels").GetProperty("severity").GetString()} {alert.GetProperty("endsAt").GetDateTimeOffset():HH:mm}")));
        Assert.All(alerts, alert => Assert.Equal("2026-01-14T10:00:00Z", alert.GetProperty("startsAt").GetString()));
    }

    [Fact]
    public void Labels_are_names_that_Alertmanager_takes_and_what_changes_is_no_label()
    {
        var changed = Alerts.Changed(Change.Fired);
        var rule = changed.Alert.Rule with { Labels = new Dictionary<string, string> { ["cost-centre"] = "12", ["none"] = "" } };
        var alert = Render(changed with { Alert = changed.Alert with { Rule = rule } })[0];

        var labels = alert.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString());
        Assert.All(labels.Keys, name => Assert.Matches("^[a-zA-Z_][a-zA-Z0-9_]*$", name));
        Assert.Equal(("accuracy-floor", "12"), (labels["alertname"], labels["cost_centre"]));
        Assert.DoesNotContain("none", labels.Keys);
        Assert.DoesNotContain("value", labels.Keys);
        Assert.True(alert.GetProperty("annotations").TryGetProperty("value", out _));
    }

    [Theory]
    [InlineData("https://am.example.com", "https://am.example.com/api/v2/alerts")]
    [InlineData("https://am.example.com/", "https://am.example.com/api/v2/alerts")]
    [InlineData("http://10.0.0.7:9093/prefix/", "http://10.0.0.7:9093/prefix/api/v2/alerts")]
    public void Its_address_is_that_of_Alertmanager_itself(string address, string posted) =>
        Assert.Equal(posted, AlertmanagerChannel.AddressOf(new(address)).ToString());

    [Theory]
    [InlineData("url: \"https://am.example.com\"", null)]
    [InlineData("url: \"http://10.0.0.7:9093\", key: \"secret:token\"", null)]
    [InlineData("url: \"https://user:password@am.example.com\"", "clear text")]
    [InlineData("key: \"secret:token\"", "'url'")]
    public void A_rule_file_names_it_in_clear_text_unless_a_password_is_in_it(string keys, string? problem)
    {
        var file = RuleFile.Parse($"channels: [{{ name: am, type: alertmanager, {keys} }}]", "rules.yaml");

        Assert.Equal(problem is not null, file.HasErrors);
        if (problem is not null)
            Assert.Contains(file.Diagnostics, diagnostic => diagnostic.ToString()!.Contains(problem, StringComparison.Ordinal));
    }

    private static List<JsonElement> Render(AlertChange change) =>
        [.. JsonDocument.Parse(PostableAlerts.Render([change], Now, TimeSpan.FromMinutes(20))).RootElement.EnumerateArray()];
}
